"""What a coded field of the record may hold, in words, for screens to offer."""
