"""Merges across the four services, in this process, against real PostgreSQL."""
