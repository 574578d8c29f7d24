"""Ends of places and groups, employers, first passwords, rosters and opening checklists."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("outlet", "window", "reviewer_group"):
        op.add_column(table, sa.Column("closed_ms", sa.BigInteger(), nullable=True))
    # Whoever was on the system before chose the password and keeps it.
    op.add_column(
        "staff",
        sa.Column("password_to_change", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "staff",
        sa.Column("employer_kind", sa.String(length=10), nullable=False, server_default="bureau"),
    )
    # At outlets of a host the staff so far were the host's: they accepted and issued, and no more.
    op.execute(
        "UPDATE staff SET employer_kind = 'bank' WHERE outlet_id IN "
        "(SELECT id FROM outlet WHERE kind IN ('bank', 'post'))"
    )
    op.add_column("post_grant", sa.Column("ended_by", sa.String(length=26), nullable=True))
    op.create_table(
        "roster",
        sa.Column("window_id", sa.String(length=26), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("staff_id", sa.String(length=26), nullable=False),
        sa.Column("set_by", sa.String(length=26), nullable=False),
        sa.Column("set_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_roster_staff_id_staff")),
        sa.ForeignKeyConstraint(
            ["window_id"], ["window.id"], name=op.f("fk_roster_window_id_window")
        ),
        sa.PrimaryKeyConstraint("window_id", "day", name=op.f("pk_roster")),
    )
    op.create_index("uq_roster_staff_id_day", "roster", ["staff_id", "day"], unique=True)
    op.create_table(
        "opening_check",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("window_id", sa.String(length=26), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("noted_by", sa.String(length=26), nullable=False),
        sa.Column("noted_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["window_id"], ["window.id"], name=op.f("fk_opening_check_window_id_window")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_check")),
    )
    op.create_index(
        "ix_opening_check_window_id_day", "opening_check", ["window_id", "day"], unique=False
    )
