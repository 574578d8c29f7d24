"""What is taken in with a case: the table of persons, who came along, and how the result reaches the applicant."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("persons_seq", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("present_seq", sa.BigInteger(), nullable=True))
    op.add_column(
        "cases",
        sa.Column("channel", sa.String(length=20), nullable=False, server_default="same_window"),
    )
    op.add_column("cases", sa.Column("issue_outlet_id", sa.String(length=26), nullable=True))
    op.add_column("cases", sa.Column("address_seq", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("posted_seq", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("delivered_at_ms", sa.BigInteger(), nullable=True))
    op.create_index("ix_cases_issue_outlet", "cases", ["issue_outlet_id", "state"])
