"""Merges of client records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db import plumbing

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    plumbing.create_merging()
    op.create_table(
        "client_merge",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("survivor_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.String(length=63), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("choices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("taken", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("survivor_version", sa.BigInteger(), nullable=False),
        sa.Column("record_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_in", sa.String(length=63), nullable=True),
        sa.Column("undone_by", sa.String(length=63), nullable=True),
        sa.Column("undone_because", sa.String(), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_merge_client_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["client.id"], name=op.f("fk_client_merge_merged_id")),
        sa.ForeignKeyConstraint(["survivor_id"], ["client.id"], name=op.f("fk_client_merge_survivor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_merge")),
    )
    op.create_index("client_merge_of_client", "client_merge", ["client_id", "created_at", "id"], unique=False)
    op.create_index(
        "client_merge_standing",
        "client_merge",
        ["survivor_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "merge_receipt",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=20), nullable=False),
        sa.Column("change", sa.String(length=8), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("stays", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["client_merge.id"], name=op.f("fk_merge_receipt_merge_id")),
        sa.PrimaryKeyConstraint("merge_id", "service", "change", name=op.f("pk_merge_receipt")),
    )
    op.add_column("case", sa.Column("merge_id", sa.Uuid(), nullable=True))
    op.add_column("client_identifier", sa.Column("merge_id", sa.Uuid(), nullable=True))
    _let_one_case_be_open("closed_at IS NULL AND merge_id IS NULL")


def downgrade() -> None:
    """Take the revision back."""
    _let_one_case_be_open("closed_at IS NULL")
    op.drop_column("client_identifier", "merge_id")
    op.drop_column("case", "merge_id")
    op.drop_table("merge_receipt")
    op.drop_table("client_merge")
    plumbing.drop_merging()


def _let_one_case_be_open(among: str) -> None:
    op.drop_index("uq_case_open", table_name="case")
    op.create_index("uq_case_open", "case", ["client_id", "owner_agency"], unique=True, postgresql_where=sa.text(among))
