"""Rectification: what the person says is wrong in the record, and what the agency that answers for it says to that."""
