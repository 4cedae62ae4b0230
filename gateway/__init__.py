"""The front door: who calls, what may pass, where to, and one description of the whole interface. Has no database."""
