"""Find what is held of a client."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    op.create_index("case_of_client", "case", ["client_id"], unique=False)
    op.create_index("case_problem_of_client", "case_problem", ["client_id"], unique=False)
    op.create_index("client_of_itself", "client", ["client_id"], unique=False)
    op.create_index("initial_decision_of_client", "initial_decision", ["client_id"], unique=False)
    op.create_index("notice_of_client", "notice", ["client_id"], unique=False)
    op.create_index("service_contact_of_client", "service_contact", ["client_id"], unique=False)
    op.create_index("task_of_client", "task", ["client_id"], unique=False)


def downgrade() -> None:
    """Take the revision back."""
    op.drop_index("task_of_client", table_name="task")
    op.drop_index("service_contact_of_client", table_name="service_contact")
    op.drop_index("notice_of_client", table_name="notice")
    op.drop_index("initial_decision_of_client", table_name="initial_decision")
    op.drop_index("client_of_itself", table_name="client")
    op.drop_index("case_problem_of_client", table_name="case_problem")
    op.drop_index("case_of_client", table_name="case")
