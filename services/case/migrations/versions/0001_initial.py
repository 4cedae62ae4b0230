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
        "client",
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("last_name", sa.String(length=200), nullable=False),
        sa.Column("last_name_key", sa.String(length=200), nullable=False),
        sa.Column("personal_code", sa.String(length=11), nullable=True),
        sa.Column("other_identifier_kind", sa.String(length=20), nullable=True),
        sa.Column("other_identifier_country", sa.String(length=2), nullable=True),
        sa.Column("other_identifier", sa.String(length=80), nullable=True),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("citizenship", sa.String(length=20), nullable=True),
        sa.Column("document", sa.String(length=20), nullable=True),
        sa.Column("document_number", sa.String(length=80), nullable=True),
        sa.Column("document_valid_until", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = client_id", name=op.f("ck_client_is_its_own_client")),
        sa.CheckConstraint(
            "personal_code IS NOT NULL OR other_identifier IS NOT NULL", name=op.f("ck_client_has_identifier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint(
            "other_identifier_kind",
            "other_identifier_country",
            "other_identifier",
            name="uq_client_other_identifier",
        ),
        sa.UniqueConstraint("personal_code", name=op.f("uq_client_personal_code")),
    )
    op.create_index("client_by_name_and_birth", "client", ["last_name_key", "date_of_birth"], unique=False)
    op.create_table(
        "client_grant",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("grantee", sa.String(length=63), nullable=False),
        sa.Column("source_agency", sa.String(length=63), nullable=True),
        sa.Column("categories", sa.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_grant")),
    )
    op.create_index("client_grant_of_client", "client_grant", ["client_id", "grantee"], unique=False)
    op.create_table(
        "case",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("coordinator", sa.String(length=63), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("voluntary", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_case_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("number", name=op.f("uq_case_number")),
    )
    op.create_index("case_of_agency", "case", ["owner_agency", "created_at", "id"], unique=False)
    op.create_index(
        "uq_case_open",
        "case",
        ["client_id", "owner_agency"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "client_contact",
        sa.Column("registered_address", sa.String(length=200), nullable=True),
        sa.Column("actual_address", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("account_number", sa.String(length=34), nullable=True),
        sa.Column("bank", sa.String(length=80), nullable=True),
        sa.Column("preferred_language", sa.String(length=2), nullable=False),
        sa.Column("may_be_contacted", sa.Boolean(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_contact_client_id")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client_contact")),
    )
    op.create_table(
        "client_health",
        sa.Column("insured", sa.Boolean(), nullable=True),
        sa.Column("insured_until", sa.Date(), nullable=True),
        sa.Column("disability_degree", sa.String(length=20), nullable=True),
        sa.Column("incapacity_percent", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.CheckConstraint("incapacity_percent BETWEEN 0 AND 100", name=op.f("ck_client_health_incapacity_percent")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_health_client_id")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client_health")),
    )
    op.create_table(
        "client_relation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("relation", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_relation_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_relation")),
    )
    op.create_index(op.f("ix_client_relation_client_id"), "client_relation", ["client_id"], unique=False)
    op.create_table(
        "client_social",
        sa.Column("statuses", sa.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("education", sa.String(length=20), nullable=True),
        sa.Column("marital_status", sa.String(length=20), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_social_client_id")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client_social")),
    )
    op.create_table(
        "consent",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("grantee", sa.String(length=63), nullable=False),
        sa.Column("categories", sa.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("representative", sa.String(length=200), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.String(), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_consent_client_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["client_grant.id"], name=op.f("fk_consent_grant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("consent_of_client", "consent", ["client_id", "owner_agency", "created_at", "id"], unique=False)
    op.create_table(
        "earlier_assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_earlier_assessment_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_assessment")),
    )
    op.create_index(op.f("ix_earlier_assessment_client_id"), "earlier_assessment", ["client_id"], unique=False)
    op.create_table(
        "grant_receipt",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=20), nullable=False),
        sa.Column("change", sa.String(length=8), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["grant_id"], ["client_grant.id"], name=op.f("fk_grant_receipt_grant_id")),
        sa.PrimaryKeyConstraint("grant_id", "service", "change", name=op.f("pk_grant_receipt")),
    )
    op.create_table(
        "notice",
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("noticer_first_name", sa.String(length=200), nullable=True),
        sa.Column("noticer_last_name", sa.String(length=200), nullable=True),
        sa.Column("relation", sa.String(length=80), nullable=True),
        sa.Column("noticer_phone", sa.String(length=40), nullable=True),
        sa.Column("noticer_address", sa.String(length=200), nullable=True),
        sa.Column("noticer_email", sa.String(length=254), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("manner", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("reaction", sa.String(length=16), nullable=True),
        sa.Column("reaction_reason", sa.String(), nullable=True),
        sa.Column("told_noticer", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_notice_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("notice_of_agency", "notice", ["owner_agency", "created_at", "id"], unique=False)
    op.create_table(
        "case_presence",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("coordinator", sa.String(length=63), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_presence_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_case_presence_client_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_presence")),
    )
    op.create_index("case_presence_of_client", "case_presence", ["client_id"], unique=False)
    op.create_table(
        "case_problem",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("informant", sa.String(length=20), nullable=False),
        sa.Column("informant_name", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_problem_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_problem")),
    )
    op.create_index(op.f("ix_case_problem_case_id"), "case_problem", ["case_id"], unique=False)
    op.create_table(
        "initial_decision",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("problems", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("needs", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("activities", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=63), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_initial_decision_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_initial_decision")),
    )
    op.create_table(
        "service_contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officer", sa.String(length=63), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_service_contact_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_contact")),
    )
    op.create_index(op.f("ix_service_contact_case_id"), "service_contact", ["case_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("responsible", sa.String(length=63), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_task_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index("task_of_case", "task", ["case_id", "created_at", "id"], unique=False)
    op.create_index("task_of_decision", "task", ["decision_id"], unique=True)


def downgrade() -> None:
    """Take the revision back."""
    op.drop_table("task")
    op.drop_table("service_contact")
    op.drop_table("initial_decision")
    op.drop_table("case_problem")
    op.drop_table("case_presence")
    op.drop_table("notice")
    op.drop_table("grant_receipt")
    op.drop_table("earlier_assessment")
    op.drop_table("consent")
    op.drop_table("client_social")
    op.drop_table("client_relation")
    op.drop_table("client_health")
    op.drop_table("client_contact")
    op.drop_table("case")
    op.drop_table("client_grant")
    op.drop_table("client")
    plumbing.drop()
