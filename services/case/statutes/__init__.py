"""Statutory claims: seeing another agency's rows on a legal code, with a written reason."""
