"""Find what is held of a client."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    op.create_index("answer_of_client", "answer", ["client_id"], unique=False)


def downgrade() -> None:
    """Take the revision back."""
    op.drop_index("answer_of_client", table_name="answer")
