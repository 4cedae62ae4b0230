"""Merging two records of one person: side by side, with a choice per field, carried out everywhere, undone exactly."""
