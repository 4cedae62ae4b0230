"""Queue likely duplicates."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEYS = ("client_by_identity_keys", "client_by_contact_keys")


def upgrade() -> None:
    """Apply the revision; keys go into their indexes at once from now on."""
    for index in KEYS:
        op.execute(f"ALTER INDEX {index} SET (fastupdate = off)")
        op.execute(f"SELECT gin_clean_pending_list('{index}')")
    op.create_table(
        "duplicate_scan",
        sa.Column("started_by", sa.String(length=63), nullable=False),
        sa.Column("started_agency", sa.String(length=63), nullable=False),
        sa.Column("phase", sa.String(length=12), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_scan")),
    )
    op.create_index("duplicate_scan_newest", "duplicate_scan", ["created_at", "id"])
    op.create_index(
        "uq_duplicate_scan_under_way",
        "duplicate_scan",
        [sa.literal_column("(true)")],
        unique=True,
        postgresql_where=sa.text("phase <> 'done'"),
    )
    op.create_table(
        "duplicate_pair",
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_distinct", sa.String(length=20), nullable=True),
        sa.Column("dismissed_by", sa.String(length=63), nullable=True),
        sa.Column("dismissed_agency", sa.String(length=63), nullable=True),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("because", sa.String(length=20), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_duplicate_pair_in_order")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["client.id"], name=op.f("fk_duplicate_pair_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["client.id"], name=op.f("fk_duplicate_pair_second_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pair")),
        sa.UniqueConstraint("first_id", "second_id", name="uq_duplicate_pair"),
    )
    op.create_index("duplicate_pair_of_second", "duplicate_pair", ["second_id"])
    op.create_table(
        "duplicate_side",
        sa.Column("pair_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_duplicate_side_client_id")),
        sa.ForeignKeyConstraint(
            ["pair_id"], ["duplicate_pair.id"], name=op.f("fk_duplicate_side_pair_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pair_id", "client_id", name=op.f("pk_duplicate_side")),
    )
    op.create_index(
        "duplicate_side_of_agency",
        "duplicate_side",
        ["owner_agency", "state", "score", "pair_id"],
        postgresql_where=sa.text("leads"),
    )
    op.create_index("duplicate_side_of_client", "duplicate_side", ["client_id"])


def downgrade() -> None:
    """Take the revision back."""
    op.drop_table("duplicate_side")
    op.drop_table("duplicate_pair")
    op.drop_table("duplicate_scan")
    for index in KEYS:
        op.execute(f"ALTER INDEX {index} RESET (fastupdate)")
