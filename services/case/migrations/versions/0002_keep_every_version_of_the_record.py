"""Keep every version of the record, and identifiers apart from it."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SECTIONS = ("client_contact", "client_social", "client_health")
FILLED_ONCE = ("id", "standing", "recorded_at", "changed", "provenance")
"""Columns that have a default only while rows that stand already are given their values."""

IDENTITY_OF_ROOT = """
    INSERT INTO client_identity (id, client_id, owner_agency, category, standing, recorded_at, changed, provenance,
        first_name, last_name, last_name_key, date_of_birth, citizenship, document, document_number,
        document_valid_until)
    SELECT gen_random_uuid(), id, owner_agency, category, 'current', created_at, '{}', '{}',
        first_name, last_name, last_name_key, date_of_birth, citizenship, document, document_number,
        document_valid_until
    FROM client
"""
CODES_OF_ROOT = """
    INSERT INTO client_identifier (id, client_id, owner_agency, category, kind, country, value, recorded_at, source)
    SELECT gen_random_uuid(), id, owner_agency, category, kind, country, value, created_at,
        jsonb_build_object('agency', owner_agency, 'at', created_at)
    FROM client CROSS JOIN LATERAL (VALUES
        ('personal_code', 'EE', personal_code),
        (other_identifier_kind, other_identifier_country, other_identifier)) AS known (kind, country, value)
    WHERE value IS NOT NULL
"""
ROOT_OF_IDENTITY = """
    UPDATE client SET first_name = said.first_name, last_name = said.last_name, last_name_key = said.last_name_key,
        date_of_birth = said.date_of_birth, citizenship = said.citizenship, document = said.document,
        document_number = said.document_number, document_valid_until = said.document_valid_until
    FROM client_identity AS said WHERE said.client_id = client.id AND said.standing = 'current'
"""
ROOT_OF_CODES = """
    UPDATE client SET personal_code = (SELECT value FROM client_identifier AS known
            WHERE known.client_id = client.id AND kind = 'personal_code' AND ended_at IS NULL LIMIT 1);
    UPDATE client SET other_identifier = known.value, other_identifier_kind = known.kind,
            other_identifier_country = known.country
        FROM client_identifier AS known
        WHERE known.client_id = client.id AND known.kind <> 'personal_code' AND known.ended_at IS NULL
"""
ROOT: dict[str, sa.types.TypeEngine[Any]] = {
    "first_name": sa.String(200),
    "last_name": sa.String(200),
    "last_name_key": sa.String(200),
    "personal_code": sa.String(11),
    "other_identifier_kind": sa.String(20),
    "other_identifier_country": sa.String(2),
    "other_identifier": sa.String(80),
    "date_of_birth": sa.Date(),
    "citizenship": sa.String(20),
    "document": sa.String(20),
    "document_number": sa.String(80),
    "document_valid_until": sa.Date(),
}


def upgrade() -> None:
    """Apply the revision."""
    _create_identity()
    _create_identifiers()
    op.execute(IDENTITY_OF_ROOT)
    op.execute(CODES_OF_ROOT)
    for table, columns in _new_fields().items():
        for column in columns:
            op.add_column(table, column)
    op.alter_column("client_contact", "agreed_channels", server_default=None)
    for table in SECTIONS:
        _version(table)
    _open_relations()
    for table in ("client_relation", "earlier_assessment"):
        op.add_column(table, sa.Column("source", postgresql.JSONB(), server_default="{}", nullable=False))
        op.alter_column(table, "source", server_default=None)
    for name in ROOT:
        op.drop_column("client", name)
    op.create_index("client_by_name_and_birth", "client_identity", ["last_name_key", "date_of_birth"])


def downgrade() -> None:
    """Undo the revision: former versions, replaced codes and whatever is new are lost."""
    for name, kind in ROOT.items():
        op.add_column("client", sa.Column(name, kind, nullable=True))
    op.execute(ROOT_OF_IDENTITY)
    for statement in ROOT_OF_CODES.split(";"):
        op.execute(statement)
    for name in ("first_name", "last_name", "last_name_key"):
        op.alter_column("client", name, nullable=False)
    for table in ("client_relation", "earlier_assessment"):
        op.drop_column(table, "source")
    op.execute("DELETE FROM client_relation WHERE name IS NULL")
    op.alter_column("client_relation", "name", nullable=False)
    for table in SECTIONS:
        _forget_versions(table)
    for table, columns in _new_fields().items():
        for column in columns:
            op.drop_column(table, column.name)
    op.drop_table("external_id")
    op.drop_table("client_identifier")
    op.drop_table("client_identity")
    _constrain_root()


def _new_fields() -> dict[str, list[sa.Column[Any]]]:
    return {
        "client_contact": [
            sa.Column("residence_municipality", sa.String(length=80), nullable=True),
            sa.Column("current_municipality", sa.String(length=80), nullable=True),
            sa.Column("preferred_channel", sa.String(length=12), nullable=True),
            sa.Column("agreed_channels", sa.ARRAY(sa.String(length=12)), server_default="{}", nullable=False),
        ],
        "client_social": [
            sa.Column("statuses_note", sa.String(length=200), nullable=True),
            sa.Column("education_note", sa.String(length=200), nullable=True),
            sa.Column("marital_status_note", sa.String(length=200), nullable=True),
        ],
        "client_health": [
            sa.Column("insured_note", sa.String(length=200), nullable=True),
            sa.Column("insured_from", sa.Date(), nullable=True),
            sa.Column("disability_note", sa.String(length=200), nullable=True),
        ],
        "client_relation": [
            sa.Column("basis", sa.String(length=24), nullable=True),
            sa.Column("related_client_id", sa.Uuid(), nullable=True),
            sa.Column("valid_from", sa.Date(), nullable=True),
            sa.Column("valid_until", sa.Date(), nullable=True),
        ],
        "earlier_assessment": [sa.Column("note", sa.String(length=200), nullable=True)],
    }


def _version_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("standing", sa.String(length=8), server_default="current", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed", sa.ARRAY(sa.String(length=40)), server_default="{}", nullable=False),
        sa.Column("provenance", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    ]


def _create_identity() -> None:
    op.create_table(
        "client_identity",
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("last_name", sa.String(length=200), nullable=False),
        sa.Column("last_name_key", sa.String(length=200), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("legal_capacity", sa.String(length=20), nullable=True),
        sa.Column("citizenship", sa.String(length=20), nullable=True),
        sa.Column("citizenship_note", sa.String(length=200), nullable=True),
        sa.Column("document", sa.String(length=20), nullable=True),
        sa.Column("document_note", sa.String(length=200), nullable=True),
        sa.Column("document_number", sa.String(length=80), nullable=True),
        sa.Column("document_valid_until", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("standing", sa.String(length=8), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed", sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("provenance", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_identity_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_identity")),
    )
    _index_versions("client_identity")


def _create_identifiers() -> None:
    op.create_table(
        "client_identifier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.Column("source", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_identifier_client_id")),
        sa.ForeignKeyConstraint(
            ["replaced_by"], ["client_identifier.id"], name=op.f("fk_client_identifier_replaced_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_identifier")),
        sa.UniqueConstraint("kind", "country", "value", name="uq_client_identifier"),
    )
    op.create_index(op.f("ix_client_identifier_client_id"), "client_identifier", ["client_id"])
    op.create_table(
        "external_id",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_external_id_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_id")),
        sa.UniqueConstraint("owner_agency", "system", "value", name="uq_external_id"),
    )
    op.create_index(op.f("ix_external_id_client_id"), "external_id", ["client_id"])


def _version(table: str) -> None:
    """Let a table of one row a client become one of versions, of which the rows that stand are the first."""
    op.drop_constraint(f"pk_{table}", table)
    for column in _version_columns():
        op.add_column(table, column)
    op.create_primary_key(op.f(f"pk_{table}"), table, ["id"])
    for name in FILLED_ONCE:
        op.alter_column(table, name, server_default=None)
    _index_versions(table)


def _index_versions(table: str) -> None:
    current = sa.text("standing = 'current'")
    op.create_index(f"uq_{table}_current", table, ["client_id"], unique=True, postgresql_where=current)
    op.create_index(f"{table}_of_client", table, ["client_id", "id"])


def _forget_versions(table: str) -> None:
    op.execute(f"DELETE FROM {table} WHERE standing <> 'current'")  # noqa: S608
    op.drop_constraint(f"pk_{table}", table)
    for column in _version_columns():
        op.drop_column(table, column.name)
    op.drop_index(f"uq_{table}_current", table, if_exists=True)
    op.drop_index(f"{table}_of_client", table, if_exists=True)
    op.create_primary_key(op.f(f"pk_{table}"), table, ["client_id"])


def _open_relations() -> None:
    op.alter_column("client_relation", "name", nullable=True)
    op.create_foreign_key(
        op.f("fk_client_relation_related_client_id"), "client_relation", "client", ["related_client_id"], ["id"]
    )
    op.create_index(op.f("ix_client_relation_related_client_id"), "client_relation", ["related_client_id"])
    op.create_check_constraint(
        op.f("ck_client_relation_names_one_person"), "client_relation", "num_nonnulls(name, related_client_id) = 1"
    )
    op.create_check_constraint(
        op.f("ck_client_relation_only_representatives_have_basis"),
        "client_relation",
        "basis IS NULL OR kind = 'legal_representative'",
    )


def _constrain_root() -> None:
    known = "personal_code IS NOT NULL OR other_identifier IS NOT NULL"
    op.create_check_constraint(op.f("ck_client_has_identifier"), "client", known)
    other = ["other_identifier_kind", "other_identifier_country", "other_identifier"]
    op.create_unique_constraint("uq_client_other_identifier", "client", other)
    op.create_unique_constraint(op.f("uq_client_personal_code"), "client", ["personal_code"])
    op.create_index("client_by_name_and_birth", "client", ["last_name_key", "date_of_birth"])
