"""What the client is told of what agencies did with their data."""
