"""What a package is written again from: its version of the instructions, and its time-stamp."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Packages that exist were made with the first version and without a time-stamp.
    op.add_column(
        "package", sa.Column("instructions", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column("package", sa.Column("time_stamp", sa.LargeBinary(), nullable=True))
