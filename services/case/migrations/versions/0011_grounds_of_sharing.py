"""grounds of sharing: restrictions, claims, disclosures, and consents as a lifecycle."""

import sqlalchemy as sa
from alembic import op

from shared.db import plumbing

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

DECLARED = "UPDATE consent SET declarations = '{cooperates,processing,voluntary}'"
REPRESENTATIVES = """
    INSERT INTO client_relation (id, part_id, client_id, owner_agency, category, kind, name, relation, standing,
                                 recorded_at, changed, provenance)
    SELECT id, id, client_id, owner_agency, 'social', 'legal_representative', representative, 'representative',
           'current', created_at, '{}', '{}'
    FROM consent WHERE representative IS NOT NULL
"""
"""A representative was a name on the consent: from now on a relation on the record, which the signature refers to."""

SIGNATURES = """
    INSERT INTO consent_signature (id, client_id, owner_agency, category, consent_id, signer, relation_id)
    SELECT id, client_id, owner_agency, category, id,
           CASE WHEN representative IS NULL THEN 'client' ELSE 'representative' END,
           CASE WHEN representative IS NULL THEN NULL ELSE id END
    FROM consent
"""
TERMS = """
    INSERT INTO consent_terms (id, client_id, owner_agency, category, consent_id, grant_id, categories, valid_from,
                               valid_until, since)
    SELECT id, client_id, owner_agency, category, id, grant_id, categories, valid_from, valid_until, created_at
    FROM consent
"""
NAMES = """
    UPDATE consent SET representative = coalesce(relation.name, '')
    FROM consent_signature AS signature LEFT JOIN client_relation AS relation ON relation.id = signature.relation_id
    WHERE signature.consent_id = consent.id AND signature.signer = 'representative'
"""


def upgrade() -> None:
    """Apply the revision."""
    plumbing.create_restrictions()
    plumbing.add_legal_codes()
    op.create_table(
        "danger_claim",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("holder", sa.String(length=63), nullable=True),
        sa.Column("categories", sa.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("claimed_by", sa.String(length=63), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delayed_by", sa.String(length=64), nullable=True),
        sa.Column("tell_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("justified", sa.Boolean(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("reviewed_by", sa.String(length=63), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_danger_claim_client_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["client_grant.id"], name=op.f("fk_danger_claim_grant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_danger_claim")),
    )
    op.create_index(
        "danger_claim_of_client", "danger_claim", ["client_id", "owner_agency", "created_at", "id"], unique=False
    )
    op.create_index("danger_claim_of_agency", "danger_claim", ["owner_agency", "created_at", "id"], unique=False)
    op.create_index(
        "danger_claim_to_review",
        "danger_claim",
        ["owner_agency", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("reviewed_at IS NULL"),
    )
    op.create_index(
        "danger_claim_untold", "danger_claim", ["tell_at"], unique=False, postgresql_where=sa.text("told_at IS NULL")
    )
    op.create_table(
        "disclosure",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("categories", sa.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("ground", sa.String(length=24), nullable=False),
        sa.Column("legal_code", sa.String(length=64), nullable=True),
        sa.Column("justification", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("disclosed_on", sa.Date(), nullable=False),
        sa.Column("disclosed_by", sa.String(length=63), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_disclosure_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
    )
    op.create_index(
        "disclosure_of_client", "disclosure", ["client_id", "owner_agency", "created_at", "id"], unique=False
    )
    op.create_table(
        "notification",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_notification_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index("notification_of_client", "notification", ["client_id", "created_at", "id"], unique=False)
    op.create_table(
        "restriction",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("named", sa.ARRAY(sa.String(length=127)), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=63), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_restriction_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
    )
    op.create_index("restriction_of_agency", "restriction", ["owner_agency", "created_at", "id"], unique=False)
    op.create_index("restriction_of_client", "restriction", ["client_id", "created_at", "id"], unique=False)
    op.create_table(
        "statutory_claim",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("legal_code", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=63), nullable=True),
        sa.Column("categories", sa.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("client_told_on", sa.Date(), nullable=True),
        sa.Column("claimed_by", sa.String(length=63), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_statutory_claim_client_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["client_grant.id"], name=op.f("fk_statutory_claim_grant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statutory_claim")),
    )
    op.create_index(
        "statutory_claim_of_client", "statutory_claim", ["client_id", "owner_agency", "created_at", "id"], unique=False
    )
    op.create_table(
        "consent_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("signer", sa.String(length=16), nullable=False),
        sa.Column("relation_id", sa.Uuid(), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_consent_signature_client_id")),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_consent_signature_consent_id")),
        sa.ForeignKeyConstraint(["relation_id"], ["client_relation.id"], name=op.f("fk_consent_signature_relation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_signature")),
    )
    op.create_index(op.f("ix_consent_signature_client_id"), "consent_signature", ["client_id"], unique=False)
    op.create_index(op.f("ix_consent_signature_consent_id"), "consent_signature", ["consent_id"], unique=False)
    op.create_table(
        "consent_terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("categories", sa.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_consent_terms_client_id")),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_consent_terms_consent_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["client_grant.id"], name=op.f("fk_consent_terms_grant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_terms")),
    )
    op.create_index(op.f("ix_consent_terms_client_id"), "consent_terms", ["client_id"], unique=False)
    op.create_index(op.f("ix_consent_terms_consent_id"), "consent_terms", ["consent_id"], unique=False)
    op.create_table(
        "restriction_receipt",
        sa.Column("restriction_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=20), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["restriction_id"], ["restriction.id"], name=op.f("fk_restriction_receipt_restriction_id")
        ),
        sa.PrimaryKeyConstraint("restriction_id", "service", name=op.f("pk_restriction_receipt")),
    )
    op.create_index(op.f("ix_consent_signature_relation_id"), "consent_signature", ["relation_id"], unique=False)
    op.create_index(op.f("ix_consent_terms_grant_id"), "consent_terms", ["grant_id"], unique=False)
    op.create_index(op.f("ix_danger_claim_grant_id"), "danger_claim", ["grant_id"], unique=False)
    op.create_index(op.f("ix_statutory_claim_grant_id"), "statutory_claim", ["grant_id"], unique=False)
    op.add_column("client_grant", sa.Column("legal_code", sa.String(length=64), nullable=True))
    op.create_index(
        "client_grant_open",
        "client_grant",
        ["valid_until"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.add_column("consent", sa.Column("notice_profile", sa.String(length=40), nullable=True))
    op.add_column("consent", sa.Column("notice_version", sa.Integer(), nullable=True))
    op.add_column("consent", sa.Column("notice_language", sa.String(length=2), nullable=True))
    op.add_column("consent", sa.Column("notice_digest", sa.String(length=64), nullable=True))
    op.add_column("consent", sa.Column("declarations", sa.ARRAY(sa.String(length=16)), nullable=True))
    op.add_column("consent", sa.Column("narrowed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("consent", sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("consent", "grant_id", existing_type=sa.UUID(), nullable=True)
    op.alter_column("consent", "signed_on", existing_type=sa.DATE(), nullable=True)
    op.create_index(
        "consent_running",
        "consent",
        ["valid_until"],
        unique=False,
        postgresql_where=sa.text("withdrawn_at IS NULL AND expired_at IS NULL"),
    )
    op.execute(DECLARED)
    op.execute(REPRESENTATIVES)
    op.execute(SIGNATURES)
    op.execute(TERMS)
    op.alter_column("consent", "declarations", nullable=False)
    op.drop_column("consent", "representative")


def downgrade() -> None:
    """Take the revision back."""
    op.add_column("consent", sa.Column("representative", sa.VARCHAR(length=200), autoincrement=False, nullable=True))
    op.execute(NAMES)
    op.execute("DELETE FROM consent_signature WHERE consent_id IN (SELECT id FROM consent WHERE signed_on IS NULL)")
    op.execute("DELETE FROM consent WHERE signed_on IS NULL")
    op.drop_index(
        "consent_running", table_name="consent", postgresql_where=sa.text("withdrawn_at IS NULL AND expired_at IS NULL")
    )
    op.alter_column("consent", "signed_on", existing_type=sa.DATE(), nullable=False)
    op.alter_column("consent", "grant_id", existing_type=sa.UUID(), nullable=False)
    op.drop_column("consent", "expired_at")
    op.drop_column("consent", "narrowed_at")
    op.drop_column("consent", "declarations")
    op.drop_column("consent", "notice_digest")
    op.drop_column("consent", "notice_language")
    op.drop_column("consent", "notice_version")
    op.drop_column("consent", "notice_profile")
    op.drop_index("client_grant_open", table_name="client_grant", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_column("client_grant", "legal_code")
    op.drop_index(op.f("ix_statutory_claim_grant_id"), table_name="statutory_claim")
    op.drop_index(op.f("ix_danger_claim_grant_id"), table_name="danger_claim")
    op.drop_index(op.f("ix_consent_terms_grant_id"), table_name="consent_terms")
    op.drop_index(op.f("ix_consent_signature_relation_id"), table_name="consent_signature")
    op.drop_table("restriction_receipt")
    op.drop_index(op.f("ix_consent_terms_client_id"), table_name="consent_terms")
    op.drop_index(op.f("ix_consent_terms_consent_id"), table_name="consent_terms")
    op.drop_table("consent_terms")
    op.drop_index(op.f("ix_consent_signature_client_id"), table_name="consent_signature")
    op.drop_index(op.f("ix_consent_signature_consent_id"), table_name="consent_signature")
    op.drop_table("consent_signature")
    op.drop_index("statutory_claim_of_client", table_name="statutory_claim")
    op.drop_table("statutory_claim")
    op.drop_index("restriction_of_client", table_name="restriction")
    op.drop_index("restriction_of_agency", table_name="restriction")
    op.drop_table("restriction")
    op.drop_index("notification_of_client", table_name="notification")
    op.drop_table("notification")
    op.drop_index("disclosure_of_client", table_name="disclosure")
    op.drop_table("disclosure")
    op.drop_index("danger_claim_to_review", table_name="danger_claim", postgresql_where=sa.text("reviewed_at IS NULL"))
    op.drop_index("danger_claim_of_agency", table_name="danger_claim")
    op.drop_index("danger_claim_untold", table_name="danger_claim", postgresql_where=sa.text("told_at IS NULL"))
    op.drop_index("danger_claim_of_client", table_name="danger_claim")
    op.drop_table("danger_claim")
    plumbing.drop_legal_codes()
    plumbing.drop_restrictions()
