"""Merges of client records."""

from shared.db import plumbing

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    plumbing.create_merging()


def downgrade() -> None:
    """Take the revision back."""
    plumbing.drop_merging()
