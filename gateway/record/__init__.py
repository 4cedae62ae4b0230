"""A person's whole record in one piece: what every service holds, as data or on paper."""
