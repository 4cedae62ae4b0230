"""Notices of third parties who noticed that somebody needs help."""
