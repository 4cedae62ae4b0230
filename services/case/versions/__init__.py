"""How a piece of the record is kept: every version of it, and who said what."""
