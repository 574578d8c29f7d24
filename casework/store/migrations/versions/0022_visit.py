"""Visits with their timed steps, and what a case has of the visit and of the pre-fill desk."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("outlet_id", sa.String(length=26), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("priority", sa.String(length=30), nullable=True),
        sa.Column("window_id", sa.String(length=26), nullable=True),
        sa.Column("misses", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("end", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_visit_outlet_id_outlet")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["window.id"], name=op.f("fk_visit_window_id_window")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index(
        "uq_visit_outlet_id_day_number", "visit", ["outlet_id", "day", "number"], unique=True
    )
    op.create_index("uq_visit_window_id", "visit", ["window_id"], unique=True)
    op.create_table(
        "visit_step",
        sa.Column("visit_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("window_id", sa.String(length=26), nullable=True),
        sa.Column("actor_id", sa.String(length=40), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_visit_step_visit_id_visit")
        ),
        sa.PrimaryKeyConstraint("visit_id", "number", name=op.f("pk_visit_step")),
    )
    op.add_column("cases", sa.Column("visit_id", sa.String(length=26), nullable=True))
    op.add_column("cases", sa.Column("prepared_by", sa.String(length=26), nullable=True))
    op.add_column("cases", sa.Column("taken_over_at_ms", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("at_hand_seq", sa.BigInteger(), nullable=True))
    op.create_index("ix_cases_visit", "cases", ["visit_id"])
