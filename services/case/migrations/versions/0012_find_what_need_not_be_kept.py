"""Find what need not be kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    op.create_table(
        "retention_run",
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("agency_kind", sa.String(length=63), nullable=False),
        sa.Column("started_by", sa.String(length=63), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("reached", sa.Uuid(), nullable=True),
        sa.Column("examined", sa.Integer(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("ordered", sa.Integer(), nullable=False),
        sa.Column("found", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    op.create_index("retention_run_of_agency", "retention_run", ["owner_agency", "created_at", "id"], unique=False)
    op.create_index(
        "retention_run_unfinished",
        "retention_run",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index("case_by_client_of_agency", "case", ["owner_agency", "client_id"], unique=False)
    op.create_index("client_registered_by", "client", ["owner_agency", "id"], unique=False)


def downgrade() -> None:
    """Take the revision back."""
    op.drop_index("client_registered_by", table_name="client")
    op.drop_index("case_by_client_of_agency", table_name="case")
    op.drop_index(
        "retention_run_unfinished", table_name="retention_run", postgresql_where=sa.text("finished_at IS NULL")
    )
    op.drop_index("retention_run_of_agency", table_name="retention_run")
    op.drop_table("retention_run")
