"""Networks of agencies: standing and problem-solving, each with its charter."""
