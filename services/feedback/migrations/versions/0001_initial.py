"""initial."""

import sqlalchemy as sa
from alembic import op

from shared.db import plumbing

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    plumbing.create()
    op.create_table(
        "survey_trigger",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("nature", sa.String(length=16), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("survey", sa.String(length=64), nullable=True),
        sa.Column("survey_version", sa.Integer(), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_trigger")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_survey_trigger_contact_id")),
    )
    op.create_index(
        "survey_trigger_of_case",
        "survey_trigger",
        ["case_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "survey_trigger_of_client",
        "survey_trigger",
        ["client_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "invitation",
        sa.Column("trigger_id", sa.Uuid(), nullable=False),
        sa.Column("survey", sa.String(length=64), nullable=False),
        sa.Column("survey_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("nature", sa.String(length=16), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'sent', 'answered', 'dropped')", name=op.f("ck_invitation_state")),
        sa.ForeignKeyConstraint(["trigger_id"], ["survey_trigger.id"], name=op.f("fk_invitation_trigger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("trigger_id", name=op.f("uq_invitation_trigger_id")),
    )
    op.create_index(
        "invitation_due", "invitation", ["next_attempt_at"], unique=False, postgresql_where=sa.text("state = 'planned'")
    )
    op.create_index("invitation_of_client", "invitation", ["client_id"], unique=False)
    op.create_table(
        "survey_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trigger_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["trigger_id"], ["survey_trigger.id"], name=op.f("fk_survey_decision_trigger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_decision")),
    )
    op.create_index("survey_decision_of_trigger", "survey_decision", ["trigger_id", "position"], unique=True)
    op.create_table(
        "answer",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("survey", sa.String(length=64), nullable=False),
        sa.Column("survey_version", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("nature", sa.String(length=16), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_answer_invitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_answer_invitation_id")),
    )
    op.create_index("answer_to_survey", "answer", ["owner_agency", "survey"], unique=False)
    op.create_table(
        "answer_score",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 10", name=op.f("ck_answer_score_on_scale")),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_answer_score_answer_id")),
        sa.PrimaryKeyConstraint("answer_id", "question", name=op.f("pk_answer_score")),
    )
    op.create_table(
        "answer_text",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_answer_text_answer_id")),
        sa.PrimaryKeyConstraint("answer_id", "question", name=op.f("pk_answer_text")),
    )


def downgrade() -> None:
    """Take the revision back."""
    op.drop_table("answer_text")
    op.drop_table("answer_score")
    op.drop_table("answer")
    op.drop_table("survey_decision")
    op.drop_table("invitation")
    op.drop_table("survey_trigger")
    plumbing.drop()
