"""name the agreement on which a disclosure rests."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    op.add_column("disclosure", sa.Column("consent_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_disclosure_consent_id"), "disclosure", "consent", ["consent_id"], ["id"])
    op.create_index(op.f("ix_disclosure_consent_id"), "disclosure", ["consent_id"], unique=False)


def downgrade() -> None:
    """Take the revision back."""
    op.drop_index(op.f("ix_disclosure_consent_id"), table_name="disclosure")
    op.drop_constraint(op.f("fk_disclosure_consent_id"), "disclosure", type_="foreignkey")
    op.drop_column("disclosure", "consent_id")
