"""Proofs of what Sidus promises, each a command that looks for itself and exits non-zero when it finds otherwise."""
