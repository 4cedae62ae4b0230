"""Alembic's way into the case service's database."""

from shared.db.migrations import run_environment

run_environment("case")
