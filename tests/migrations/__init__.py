"""The databases of the four services."""
