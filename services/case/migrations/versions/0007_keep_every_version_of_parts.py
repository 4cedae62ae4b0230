"""Keep every version of relations and earlier assessments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SECTIONS = ("client_identity", "client_contact", "client_social", "client_health")
PARTS = ("client_relation", "earlier_assessment")
BOOKKEEPING = (
    *("id", "client_id", "owner_agency", "category", "part_id", "source"),
    *("first_name_key", "last_name_key", "match_keys"),
    *("standing", "recorded_at", "superseded_at", "changed", "provenance", "ended"),
)
FILLED = """
    UPDATE {table} AS version SET changed = ARRAY(
        SELECT field::varchar FROM jsonb_each(to_jsonb(version)) AS said (field, value)
        WHERE field <> ALL ('{{{bookkeeping}}}') AND value NOT IN ('null', '[]'))
    WHERE changed = '{{}}'
"""
SOURCES_OF_PART = """
    UPDATE {table} SET recorded_at = coalesce((source ->> 'at')::timestamptz, recorded_at),
        provenance = coalesce((SELECT jsonb_object_agg(field, source) FROM unnest(changed) AS field), '{{}}')
    WHERE source <> '{{}}'
"""
SOURCE_OF_PARTS = """
    UPDATE {table} SET source = (SELECT value FROM jsonb_each(provenance) ORDER BY value ->> 'at' DESC LIMIT 1)
    WHERE provenance <> '{{}}'
"""


def upgrade() -> None:
    """Apply the revision: what stands already is the first version, which gave every field its value."""
    for table in PARTS:
        _version(table)
    for table in (*SECTIONS, *PARTS):
        op.execute(FILLED.format(table=table, bookkeeping=",".join(BOOKKEEPING)))
    for table in PARTS:
        op.execute(SOURCES_OF_PART.format(table=table))
        op.drop_column(table, "source")
        op.drop_index(f"ix_{table}_client_id", table)
        _index_parts(table)
    op.drop_index("ix_client_relation_related_client_id", "client_relation")
    current = sa.text("standing = 'current'")
    op.create_index("client_relation_naming", "client_relation", ["related_client_id", "id"], postgresql_where=current)
    for table in SECTIONS:
        op.drop_index(f"{table}_of_client", table)
        op.create_index(f"{table}_of_client", table, ["client_id", "recorded_at", "id"])


def downgrade() -> None:
    """Undo the revision: former versions of parts, and parts that have ended, are lost."""
    for table in SECTIONS:
        op.drop_index(f"{table}_of_client", table)
        op.create_index(f"{table}_of_client", table, ["client_id", "id"])
    op.drop_index("client_relation_naming", "client_relation")
    op.create_index("ix_client_relation_related_client_id", "client_relation", ["related_client_id"])
    for table in PARTS:
        op.execute(f"DELETE FROM {table} WHERE standing <> 'current'")  # noqa: S608
        op.add_column(table, sa.Column("source", postgresql.JSONB(), server_default="{}", nullable=False))
        op.alter_column(table, "source", server_default=None)
        op.execute(SOURCE_OF_PARTS.format(table=table))
        op.create_index(f"ix_{table}_client_id", table, ["client_id"])
        for index in (f"{table}_of_client", f"{table}_of_part", f"uq_{table}_current"):
            op.drop_index(index, table)
        for column in ("part_id", "standing", "recorded_at", "superseded_at", "changed", "provenance", "ended"):
            op.drop_column(table, column)


def _version(table: str) -> None:
    for column in (
        sa.Column("standing", sa.String(length=8), server_default="current", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed", sa.ARRAY(sa.String(length=40)), server_default="{}", nullable=False),
        sa.Column("provenance", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("ended", postgresql.JSONB(), nullable=True),
        sa.Column("part_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
    ):
        op.add_column(table, column)
    op.execute(f"UPDATE {table} SET part_id = id")  # noqa: S608
    op.create_foreign_key(op.f(f"fk_{table}_part_id"), table, table, ["part_id"], ["id"])
    for name in ("standing", "recorded_at", "changed", "provenance", "part_id"):
        op.alter_column(table, name, server_default=None)


def _index_parts(table: str) -> None:
    op.create_index(f"{table}_of_client", table, ["client_id", "recorded_at", "id"])
    op.create_index(f"{table}_of_part", table, ["part_id", "recorded_at", "id"])
    current = sa.text("standing = 'current'")
    op.create_index(f"uq_{table}_current", table, ["part_id"], unique=True, postgresql_where=current)
