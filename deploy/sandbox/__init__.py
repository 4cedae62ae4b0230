"""What stands in the sandbox for systems outside Sidus."""
