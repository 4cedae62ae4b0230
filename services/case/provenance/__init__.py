"""Where each value of the record came from, and what it was before."""
