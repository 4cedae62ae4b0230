"""Existing registers taken over row by row: tried first, told of row by row, and gone on with after a break."""
