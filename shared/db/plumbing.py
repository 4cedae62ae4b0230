"""What revisions do to the tables that every service has. What a revision once called is never edited."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.access.chain import digest

SEALED_AT_ONCE = 1000


def create() -> None:
    """Make the tables."""
    op.create_table(
        "access_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("grantee", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("source_agency", sa.String(length=63), nullable=True),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_grant")),
    )
    op.create_index("access_grant_in_force", "access_grant", ["client_id", "grantee", "category"], unique=False)
    op.create_index(op.f("ix_access_grant_grant_id"), "access_grant", ["grant_id"], unique=False)
    op.create_table(
        "access_log",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.String(length=63), nullable=False),
        sa.Column("officer", sa.String(length=63), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("operation", sa.String(length=80), nullable=False),
        sa.Column("categories", sa.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("legal_code", sa.String(length=64), nullable=True),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_access_log")),
    )
    op.create_index("access_log_of_client", "access_log", ["client_id", sa.literal_column("seq DESC")], unique=False)
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consumer", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replayed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter")),
    )
    op.create_table(
        "followed",
        sa.Column("consumer", sa.String(length=80), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "aggregate_id", name=op.f("pk_followed")),
    )
    op.create_table(
        "idempotent_reply",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), server_default=sa.text("''"), nullable=False),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("media_type", sa.String(length=100), server_default=sa.text("''"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_idempotent_reply")),
    )
    op.create_index("idempotent_reply_expires_at", "idempotent_reply", ["expires_at"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.String(length=80), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event_id", name=op.f("pk_inbox")),
    )
    op.create_index("inbox_handled_at", "inbox", ["handled_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("envelope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stream_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_id")),
    )
    op.create_index("outbox_stream_seq", "outbox", ["stream_seq"], unique=False)
    op.create_index(
        "outbox_unpublished", "outbox", ["seq"], unique=False, postgresql_where=sa.text("published_at IS NULL")
    )
    op.create_table(
        "stream_seen",
        sa.Column("stream", sa.String(length=80), nullable=False),
        sa.Column("created", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_stream_seen")),
    )


def drop() -> None:
    """Take them away."""
    op.drop_table("stream_seen")
    op.drop_table("outbox")
    op.drop_table("inbox")
    op.drop_table("idempotent_reply")
    op.drop_table("followed")
    op.drop_table("dead_letter")
    op.drop_table("access_log")
    op.drop_table("access_grant")


def seal_access_log() -> None:
    """Make what seals the access log, and seal the entries that are there; let rows be hidden under a legal code."""
    op.add_column("access_log", sa.Column("hidden_code", sa.String(length=64), nullable=True))
    op.add_column("access_log", sa.Column("hidden_until", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_access_log_hidden_by_a_code"), "access_log", "(hidden_code IS NULL) = (hidden_until IS NULL)"
    )
    op.drop_index("access_log_of_client", table_name="access_log")
    for name, columns in _ACCESS_LOG_INDEXES.items():
        newest_first: list[Any] = [sa.literal_column("at DESC"), sa.literal_column("seq DESC")]
        op.create_index(name, "access_log", [*columns, *newest_first], unique=False)
    op.create_table(
        "access_seal",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(position IS NULL) = (hash IS NULL)", name=op.f("ck_access_seal_chained_whole")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_access_seal")),
        sa.UniqueConstraint("position", name=op.f("uq_access_seal_position")),
    )
    op.create_index(
        "access_seal_waiting", "access_seal", ["seq"], unique=False, postgresql_where=sa.text("position IS NULL")
    )
    op.create_table(
        "access_head",
        sa.Column("service", sa.String(length=63), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("service", name=op.f("pk_access_head")),
    )
    op.create_table(
        "access_anchor",
        sa.Column("service", sa.String(length=63), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("service", "day", name=op.f("pk_access_anchor")),
    )
    _seal_what_is_there()


def unseal_access_log() -> None:
    """Take the seals away; what was hidden is hidden no more."""
    for table in ("access_anchor", "access_head", "access_seal"):
        op.drop_table(table)
    for name in _ACCESS_LOG_INDEXES:
        op.drop_index(name, table_name="access_log")
    op.create_index("access_log_of_client", "access_log", ["client_id", sa.literal_column("seq DESC")], unique=False)
    op.drop_constraint(op.f("ck_access_log_hidden_by_a_code"), "access_log")
    op.drop_column("access_log", "hidden_until")
    op.drop_column("access_log", "hidden_code")


_ACCESS_LOG_INDEXES = {
    "access_log_of_client": ["client_id"],
    "access_log_of_agency": ["agency"],
    "access_log_of_officer": ["agency", "officer"],
}


def _seal_what_is_there() -> None:
    """Entries of before are digested as they are now; the sealer chains them when the service starts."""
    connection = op.get_bind()
    seal = sa.text("INSERT INTO access_seal (seq, entry_id, digest) VALUES (:seq, :entry_id, :digest)")
    entries = sa.text("SELECT * FROM access_log WHERE seq > :last ORDER BY seq LIMIT :most")
    last = 0
    while rows := connection.execute(entries, {"last": last, "most": SEALED_AT_ONCE}).mappings().all():
        last = rows[-1]["seq"]
        connection.execute(seal, [_seal_of(dict(row)) for row in rows])


def _seal_of(row: dict[str, Any]) -> dict[str, Any]:
    return {"seq": row.pop("seq"), "entry_id": row["id"], "digest": digest(row)}


def create_merging() -> None:
    """Make the tables by which a service follows merges of client records."""
    op.create_table(
        "merged_client",
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("survivor_id", sa.Uuid(), nullable=False),
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("merged_id", name=op.f("pk_merged_client")),
        sa.UniqueConstraint("merge_id", name=op.f("uq_merged_client_merge_id")),
    )
    op.create_index(op.f("ix_merged_client_survivor_id"), "merged_client", ["survivor_id"], unique=False)
    op.create_table(
        "merge_move",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.String(length=63), nullable=False),
        sa.Column("column_name", sa.String(length=63), nullable=False),
        sa.Column("key", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("merge_id", "table_name", "column_name", "key", name=op.f("pk_merge_move")),
    )


def drop_merging() -> None:
    """Take them away."""
    op.drop_table("merge_move")
    op.drop_table("merged_client")


def index_hidden_entries() -> None:
    """Let a data-protection officer find what is hidden from people."""
    op.create_index(
        "access_log_hidden",
        "access_log",
        ["agency", sa.literal_column("at DESC"), sa.literal_column("seq DESC")],
        unique=False,
        postgresql_where=sa.text("hidden_code IS NOT NULL"),
    )


def unindex_hidden_entries() -> None:
    """Take the index away."""
    op.drop_index("access_log_hidden", table_name="access_log")


def create_restrictions() -> None:
    """Make the projection of restrictions."""
    op.create_table(
        "access_restriction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("named", sa.ARRAY(sa.String(length=127)), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_restriction")),
    )
    op.create_index("access_restriction_of_client", "access_restriction", ["client_id"], unique=False)


def drop_restrictions() -> None:
    """Take it away."""
    op.drop_table("access_restriction")


def add_legal_codes() -> None:
    """Let a grant name the legal code that it rests on, and how long the person does not see that it was used."""
    op.add_column("access_grant", sa.Column("legal_code", sa.String(length=64), nullable=True))
    op.add_column("access_grant", sa.Column("hidden_until", sa.DateTime(timezone=True), nullable=True))


def drop_legal_codes() -> None:
    """Take the columns away."""
    op.drop_column("access_grant", "hidden_until")
    op.drop_column("access_grant", "legal_code")


def mark_erased() -> None:
    """Make the table of ids under which nothing is written any more."""
    op.create_table(
        "erased_client",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_erased_client")),
    )


def unmark_erased() -> None:
    """Take it away."""
    op.drop_table("erased_client")
