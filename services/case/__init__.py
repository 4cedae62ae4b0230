"""The case service: the one client record, who may see it, and the cases agencies have with the client."""
