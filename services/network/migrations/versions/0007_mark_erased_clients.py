"""Mark the ids of erased clients."""

from shared.db import plumbing

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    plumbing.mark_erased()


def downgrade() -> None:
    """Take it back."""
    plumbing.unmark_erased()
