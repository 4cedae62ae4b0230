"""What a client is known by: personal code, foreign codes and temporary numbers."""
