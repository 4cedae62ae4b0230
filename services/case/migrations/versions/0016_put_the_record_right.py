"""Put the record right."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    op.create_table(
        "rectification",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(length=16), nullable=False),
        sa.Column("fields", sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("asked_in", sa.String(length=63), nullable=False),
        sa.Column("asked_by", sa.String(length=63), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("accepted", sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=63), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_rectification_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification")),
    )
    op.create_index("rectification_of_client", "rectification", ["client_id", "created_at", "id"], unique=False)
    op.create_index(
        "rectification_open",
        "rectification",
        ["owner_agency", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def downgrade() -> None:
    """Take the revision back."""
    op.drop_index("rectification_open", table_name="rectification", postgresql_where=sa.text("decided_at IS NULL"))
    op.drop_index("rectification_of_client", table_name="rectification")
    op.drop_table("rectification")
