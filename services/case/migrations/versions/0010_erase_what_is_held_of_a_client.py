"""Erase what is held of a client."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    op.create_table(
        "erasure_order",
        sa.Column("agency", sa.String(length=63), nullable=True),
        sa.Column("categories", sa.ARRAY(sa.String(length=16)), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("legal_code", sa.String(length=64), nullable=True),
        sa.Column("ordered_by", sa.String(length=63), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_order")),
    )
    op.create_index("erasure_order_of_client", "erasure_order", ["client_id", "created_at", "id"], unique=False)
    op.create_index(
        "erasure_order_under_way",
        "erasure_order",
        ["client_id"],
        unique=True,
        postgresql_where=sa.text("completed_at IS NULL"),
    )
    op.create_table(
        "erasure_receipt",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=20), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("key", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["erasure_order.id"], name=op.f("fk_erasure_receipt_order_id")),
        sa.PrimaryKeyConstraint("order_id", "service", name=op.f("pk_erasure_receipt")),
    )
    op.create_index(op.f("ix_client_identifier_replaced_by"), "client_identifier", ["replaced_by"], unique=False)
    op.create_index(op.f("ix_client_merge_merged_id"), "client_merge", ["merged_id"], unique=False)
    op.create_index(op.f("ix_client_merge_survivor_id"), "client_merge", ["survivor_id"], unique=False)
    op.create_index("client_relation_ever_naming", "client_relation", ["related_client_id"], unique=False)
    op.create_index(op.f("ix_consent_grant_id"), "consent", ["grant_id"], unique=False)


def downgrade() -> None:
    """Take the revision back."""
    op.drop_index(op.f("ix_consent_grant_id"), table_name="consent")
    op.drop_index("client_relation_ever_naming", table_name="client_relation")
    op.drop_index(op.f("ix_client_merge_survivor_id"), table_name="client_merge")
    op.drop_index(op.f("ix_client_merge_merged_id"), table_name="client_merge")
    op.drop_index(op.f("ix_client_identifier_replaced_by"), table_name="client_identifier")
    op.drop_table("erasure_receipt")
    op.drop_index(
        "erasure_order_under_way", table_name="erasure_order", postgresql_where=sa.text("completed_at IS NULL")
    )
    op.drop_index("erasure_order_of_client", table_name="erasure_order")
    op.drop_table("erasure_order")
