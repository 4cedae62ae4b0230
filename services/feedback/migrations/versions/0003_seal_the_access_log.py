"""Seal the access log."""

from shared.db import plumbing

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    plumbing.seal_access_log()


def downgrade() -> None:
    """Take it back."""
    plumbing.unseal_access_log()
