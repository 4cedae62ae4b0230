"""End and replace identifiers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CODE = ["kind", "country", "value"]
ENDS = "ck_client_identifier_ends_with_who_and_why"


def upgrade() -> None:
    """Apply the revision."""
    op.add_column("client_identifier", sa.Column("ended_as", sa.String(length=12), nullable=True))
    op.add_column("client_identifier", sa.Column("ended_by", postgresql.JSONB(), nullable=True))
    leads: sa.Column[bool] = sa.Column("leads_to_client", sa.Boolean(), server_default=sa.true(), nullable=False)
    op.add_column("client_identifier", leads)
    op.alter_column("client_identifier", "leads_to_client", server_default=None)
    op.execute("UPDATE client_identifier SET ended_as = 'replaced', ended_by = source WHERE ended_at IS NOT NULL")
    op.create_check_constraint(op.f(ENDS), "client_identifier", "num_nonnulls(ended_at, ended_as, ended_by) IN (0, 3)")
    op.drop_constraint("uq_client_identifier", "client_identifier")
    leading = sa.text("leads_to_client")
    op.create_index("uq_client_identifier", "client_identifier", CODE, unique=True, postgresql_where=leading)


def downgrade() -> None:
    """Take the revision back: what never was the client's is lost."""
    op.execute("DELETE FROM client_identifier WHERE NOT leads_to_client")
    op.drop_index("uq_client_identifier", "client_identifier")
    op.create_unique_constraint("uq_client_identifier", "client_identifier", CODE)
    op.drop_constraint(op.f(ENDS), "client_identifier")
    for column in ("leads_to_client", "ended_by", "ended_as"):
        op.drop_column("client_identifier", column)
