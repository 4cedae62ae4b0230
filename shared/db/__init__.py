"""PostgreSQL: tables common to all services, the unit of work, migrations."""
