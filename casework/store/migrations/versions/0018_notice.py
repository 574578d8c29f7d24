"""The one-time notice, its points, and the leave for a further one (`casework.store.schema_notice`)."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["case_id"], ["cases.id"], name=op.f(f"fk_{table}_case_id_cases")
    )


def upgrade() -> None:
    op.create_table(
        "case_notice",
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=30), nullable=False),
        sa.Column("written_by", sa.String(length=26), nullable=False),
        sa.Column("written_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("entry_seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("told_by", sa.String(length=26), nullable=True),
        sa.Column("told_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("call_id", sa.String(length=26), nullable=True),
        sa.Column("receipt_id", sa.String(length=26), nullable=True),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("answer_seq", sa.BigInteger(), nullable=True),
        _of_case("case_notice"),
        sa.PrimaryKeyConstraint("case_id", "round", name=op.f("pk_case_notice")),
    )
    op.create_table(
        "case_notice_point",
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("answered", sa.String(length=20), nullable=True),
        _of_case("case_notice_point"),
        sa.PrimaryKeyConstraint("case_id", "round", "number", name=op.f("pk_case_notice_point")),
    )
    op.create_table(
        "case_notice_leave",
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=26), nullable=False),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("asked_seq", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("answered_by", sa.String(length=26), nullable=True),
        sa.Column("answered_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("answered_seq", sa.BigInteger(), nullable=True),
        _of_case("case_notice_leave"),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_case_notice_leave")),
    )
