"""The network service: maps of a client's network, network meetings, and networks of agencies."""
