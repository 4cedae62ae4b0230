"""Note who lives together."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    op.create_table(
        "household",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
    )
    op.create_table(
        "household_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("source", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("merge_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_household_member_client_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_household_member_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_member")),
    )
    now_and_own = sa.text("until IS NULL AND merge_id IS NULL")
    op.create_index(
        "uq_household_member_now", "household_member", ["client_id"], unique=True, postgresql_where=now_and_own
    )
    op.create_index("household_member_of_client", "household_member", ["client_id", "household_id"])
    op.create_index("household_member_of_household", "household_member", ["household_id", "id"])


def downgrade() -> None:
    """Take the revision back."""
    op.drop_table("household_member")
    op.drop_table("household")
