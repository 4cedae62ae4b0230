"""note who recorded consents, their signatures and their terms, and who withdrew them."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NOTED = (
    ("consent", "recorded"),
    ("consent_signature", "recorded"),
    ("consent_terms", "recorded"),
    ("consent", "withdrawn"),
)


def upgrade() -> None:
    """Apply the revision. Who recorded what is there already was not kept beside it."""
    for table, done in NOTED:
        op.add_column(table, sa.Column(f"{done}_by", sa.String(length=127), nullable=True))
        op.add_column(table, sa.Column(f"{done}_through", sa.String(length=63), nullable=True))


def downgrade() -> None:
    """Take the revision back."""
    for table, done in reversed(NOTED):
        op.drop_column(table, f"{done}_through")
        op.drop_column(table, f"{done}_by")
