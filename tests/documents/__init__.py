"""The documents that are written from the code."""
