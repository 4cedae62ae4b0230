"""Say what a retention run left as it was, and why one gave up."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    op.add_column("retention_run", sa.Column("closed", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("retention_run", "closed", server_default=None)
    op.add_column("retention_run", sa.Column("failure", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Take the revision back."""
    op.drop_column("retention_run", "failure")
    op.drop_column("retention_run", "closed")
