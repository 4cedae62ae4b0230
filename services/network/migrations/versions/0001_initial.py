"""initial."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.db import plumbing

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    plumbing.create()
    op.create_table(
        "meeting",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("aim", sa.String(), nullable=False),
        sa.Column("organiser", sa.String(length=63), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("ends_at", sa.Time(), nullable=False),
        sa.Column("institution", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("agenda", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("invited", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("minutes", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(number IS NULL) = (minutes IS NULL)", name=op.f("ck_meeting_numbered_when_minuted")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_meeting_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_meeting_case_id_number")),
    )
    op.create_index("meeting_of_client", "meeting", ["client_id", "planned_on", "id"], unique=False)
    op.create_table(
        "network",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("kept_by", sa.String(length=63), nullable=False),
        sa.Column("charter", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network")),
        sa.UniqueConstraint("code", name=op.f("uq_network_code")),
    )
    op.create_table(
        "network_map",
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("drawn_by", sa.String(length=16), nullable=False),
        sa.Column("assisted_by", sa.String(length=16), nullable=True),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("members", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ties", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["supersedes"], ["network_map.id"], name=op.f("fk_network_map_supersedes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_map")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_network_map_supersedes")),
    )
    op.create_index("network_map_of_client", "network_map", ["client_id", "drawn_on", "id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("responsible_agency", sa.String(length=63), nullable=False),
        sa.Column("responsible_officer", sa.String(length=63), nullable=True),
        sa.Column("responsible_case_id", sa.Uuid(), nullable=True),
        sa.Column("support", sa.String(length=16), nullable=False),
        sa.Column("dissent", sa.String(), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(support = 'with_dissent') = (dissent IS NOT NULL)", name=op.f("ck_decision_dissent_put_down")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_decision_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("meeting_id", "position", name=op.f("uq_decision_meeting_id_position")),
    )


def downgrade() -> None:
    """Take the revision back."""
    op.drop_table("decision")
    op.drop_table("meeting")
    op.drop_table("network_map")
    op.drop_table("network")
    plumbing.drop()
