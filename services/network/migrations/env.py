"""Alembic's way into the network service's database."""

from shared.db.migrations import run_environment

run_environment("network")
