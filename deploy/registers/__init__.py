"""Registers in files: sent to a running system batch by batch, and taken out of it."""
