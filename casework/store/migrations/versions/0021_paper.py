"""Printed copies of papers, and the templates by which they were printed."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_template",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("first_used_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_paper_template")),
    )
    op.create_table(
        "case_paper",
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("size", sa.String(length=10), nullable=False),
        sa.Column("template_sha256", sa.String(length=64), nullable=False),
        sa.Column("printed_by", sa.String(length=26), nullable=False),
        sa.Column("printed_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("entry_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_paper_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["template_sha256"],
            ["paper_template.sha256"],
            name=op.f("fk_case_paper_template_sha256_paper_template"),
        ),
        sa.PrimaryKeyConstraint("case_id", "kind", "round", "copy", name=op.f("pk_case_paper")),
    )
