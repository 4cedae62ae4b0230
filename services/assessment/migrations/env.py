"""Alembic's way into the assessment service's database."""

from shared.db.migrations import run_environment

run_environment("assessment")
