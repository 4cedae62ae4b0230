"""The network service: rules and drawings as tables and properties, promises through the API against PostgreSQL."""
