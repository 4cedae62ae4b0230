"""Retention: data whose time to keep is over are found, reported and erased, agency by agency."""
