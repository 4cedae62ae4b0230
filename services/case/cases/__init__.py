"""Cases of agencies with a client, from opening to the initial decision."""
