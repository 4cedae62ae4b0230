"""Who lives together: clients of one household, each from when until when."""
