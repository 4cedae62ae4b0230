"""Find hidden entries of the access log."""

from shared.db import plumbing

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    plumbing.index_hidden_entries()


def downgrade() -> None:
    """Take it back."""
    plumbing.unindex_hidden_entries()
