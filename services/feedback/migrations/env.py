"""Alembic's way into the feedback service's database."""

from shared.db.migrations import run_environment

run_environment("feedback")
