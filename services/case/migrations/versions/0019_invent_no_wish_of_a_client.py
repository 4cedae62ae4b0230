"""Let what nobody said of a client's wishes be unknown."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    op.alter_column("client_contact", "preferred_language", existing_type=sa.String(2), nullable=True)
    op.alter_column("client_contact", "may_be_contacted", existing_type=sa.Boolean(), nullable=True)


def downgrade() -> None:
    """Take the revision back; who was not asked is not written to."""
    op.execute("UPDATE client_contact SET preferred_language = 'et' WHERE preferred_language IS NULL")
    op.execute("UPDATE client_contact SET may_be_contacted = false WHERE may_be_contacted IS NULL")
    op.alter_column("client_contact", "preferred_language", existing_type=sa.String(2), nullable=False)
    op.alter_column("client_contact", "may_be_contacted", existing_type=sa.Boolean(), nullable=False)
