"""Which page of its material a picture shows."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "case_material", sa.Column("page", sa.Integer(), nullable=False, server_default="1")
    )
