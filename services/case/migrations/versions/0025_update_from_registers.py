"""Update records from registers."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision: what was imported before reported whom it met."""
    setting: sa.Column[str] = sa.Column("on_existing", sa.String(length=8), server_default="report", nullable=False)
    op.add_column("import", setting)
    op.alter_column("import", "on_existing", server_default=None)


def downgrade() -> None:
    """Take the revision back."""
    op.drop_column("import", "on_existing")
