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
        "assessment",
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("instrument", sa.String(length=64), nullable=False),
        sa.Column("instrument_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("assessor", sa.String(length=63), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("complex_need", sa.Boolean(), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('initial', 'in_depth')", name=op.f("ck_assessment_kind")),
        sa.CheckConstraint(
            "num_nonnulls(completed_at, summary, complex_need) IN (0, 3)",
            name=op.f("ck_assessment_completed_as_a_whole"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index("assessment_of_client", "assessment", ["client_id", "id"], unique=False)
    op.create_table(
        "assessed_area",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=32), nullable=False),
        sa.Column("client_word", sa.String(), nullable=True),
        sa.Column("network_word", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "area IN ('economic-coping', 'housing', 'relations', 'health', 'study-and-work', 'leisure', 'other')",
            name=op.f("ck_assessed_area_area"),
        ),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_assessed_area_assessment_id")),
        sa.PrimaryKeyConstraint("assessment_id", "area", name=op.f("pk_assessed_area")),
    )
    op.create_table(
        "assessed_problem",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("importance", sa.String(), nullable=True),
        sa.Column("duration", sa.String(), nullable=True),
        sa.Column("earlier_occurrences", sa.String(), nullable=True),
        sa.Column("retriggers", sa.String(), nullable=True),
        sa.Column("worker_view", sa.String(), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_assessed_problem_assessment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessed_problem")),
        sa.UniqueConstraint("assessment_id", "id", name=op.f("uq_assessed_problem_assessment_id_id")),
    )
    op.create_table(
        "assessed_resource",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_assessed_resource_assessment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessed_resource")),
    )
    op.create_index("assessed_resource_of_assessment", "assessed_resource", ["assessment_id", "id"], unique=False)
    op.create_table(
        "assessed_need",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("problem_id", sa.Uuid(), nullable=True),
        sa.Column("owner_agency", sa.String(length=63), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "area IN ('economic-coping', 'housing', 'relations', 'health', 'study-and-work', 'leisure', 'other')",
            name=op.f("ck_assessed_need_area"),
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id", "problem_id"],
            ["assessed_problem.assessment_id", "assessed_problem.id"],
            name="fk_assessed_need_problem",
        ),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_assessed_need_assessment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessed_need")),
    )
    op.create_index("assessed_need_of_assessment", "assessed_need", ["assessment_id", "id"], unique=False)


def downgrade() -> None:
    """Take the revision back."""
    op.drop_index("assessed_need_of_assessment", table_name="assessed_need")
    op.drop_table("assessed_need")
    op.drop_index("assessed_resource_of_assessment", table_name="assessed_resource")
    op.drop_table("assessed_resource")
    op.drop_table("assessed_problem")
    op.drop_table("assessed_area")
    op.drop_index("assessment_of_client", table_name="assessment")
    op.drop_table("assessment")
    plumbing.drop()
