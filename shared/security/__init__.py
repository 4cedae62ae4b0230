"""Tokens between the parts of Sidus, signed links and sealed text."""
