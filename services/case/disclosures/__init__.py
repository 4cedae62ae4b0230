"""Disclosures: that data of a client were given to somebody outside the system."""
