"""restrictions, and legal codes of grants."""

from shared.db import plumbing

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    plumbing.create_restrictions()
    plumbing.add_legal_codes()


def downgrade() -> None:
    """Take the revision back."""
    plumbing.drop_legal_codes()
    plumbing.drop_restrictions()
