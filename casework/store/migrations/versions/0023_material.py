"""Where materials come from that nobody brought, and promises in the place of a material."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_material", sa.Column("origin_seq", sa.BigInteger(), nullable=True))
    op.create_table(
        "case_commitment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("material_id", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("verify_by_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_commitment_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_commitment")),
    )
    op.create_index(op.f("ix_case_commitment_case_id"), "case_commitment", ["case_id"])
    op.create_index("ix_case_commitment_state", "case_commitment", ["state", "verify_by_ms"])
    op.create_table(
        "case_original",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=26), nullable=True),
        sa.Column("taken_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("entry_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_original_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_original")),
    )
    op.create_index(op.f("ix_case_original_case_id"), "case_original", ["case_id"])
