"""Who may see what, and the record of who did: one hook on every query, one log of every read and change."""
