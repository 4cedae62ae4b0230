"""Tasks with a date and a responsible person on a case."""
