"""Answers that only several services together can give."""
