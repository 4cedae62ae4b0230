"""What a client is known by: personal code, foreign codes, temporary numbers, and the keys of agencies' systems."""
