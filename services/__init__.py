"""The services of Sidus; each owns its data and never imports another."""
