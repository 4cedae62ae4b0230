"""A merge need not remember the version of its survivor."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    op.drop_column("client_merge", "survivor_version")


def downgrade() -> None:
    """Take the revision back."""
    op.add_column("client_merge", sa.Column("survivor_version", sa.BigInteger(), server_default="0", nullable=False))
    op.alter_column("client_merge", "survivor_version", server_default=None)
