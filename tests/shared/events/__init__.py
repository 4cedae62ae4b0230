"""Events from commit to effect, against real PostgreSQL and real NATS."""
