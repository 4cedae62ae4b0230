"""Find what is held of a client."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the revision."""
    op.create_index("assessed_area_of_client", "assessed_area", ["client_id"], unique=False)
    op.create_index("assessed_need_of_client", "assessed_need", ["client_id"], unique=False)
    op.create_index("assessed_problem_of_client", "assessed_problem", ["client_id"], unique=False)
    op.create_index("assessed_resource_of_client", "assessed_resource", ["client_id"], unique=False)


def downgrade() -> None:
    """Take the revision back."""
    op.drop_index("assessed_resource_of_client", table_name="assessed_resource")
    op.drop_index("assessed_problem_of_client", table_name="assessed_problem")
    op.drop_index("assessed_need_of_client", table_name="assessed_need")
    op.drop_index("assessed_area_of_client", table_name="assessed_area")
