"""What differs between kinds of agency, as data."""
