"""Look-ups in registers outside Sidus: shown to an officer, and kept nowhere."""
