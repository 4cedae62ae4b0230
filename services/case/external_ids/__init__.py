"""By which keys the agencies' own systems know a client."""
