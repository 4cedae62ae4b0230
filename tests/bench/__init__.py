"""What the design costs: CPU per request beside a hand-written handler with the same SQL, in one interleaved run."""
