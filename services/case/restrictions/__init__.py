"""Restricted persons: a record that is closed to all but named officers, in every service."""
