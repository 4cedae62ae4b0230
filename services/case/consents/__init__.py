"""Consents (nõusolek) of the client, the grants that rest on them, and receipts of withdrawal."""
