"""The clients that an agency may see, as one file that can be imported elsewhere."""
