"""The case service: rules as tables and properties, promises through the API against real PostgreSQL."""
