"""Intake platforms of the city: their keys, outlets and mappings, what they handed over, and which case
came of it. The number that a link without a signature could bring goes: a blind index has it now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "platform",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("closed_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform")),
        sa.UniqueConstraint("issuer", name=op.f("uq_platform_issuer")),
    )
    op.create_table(
        "platform_key",
        sa.Column("platform_id", sa.String(length=26), nullable=False),
        sa.Column("kid", sa.String(length=80), nullable=False),
        sa.Column("jwk", sa.Text(), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        _platform("platform_key"),
        sa.PrimaryKeyConstraint("platform_id", "kid", name=op.f("pk_platform_key")),
    )
    op.create_table(
        "platform_outlet",
        sa.Column("platform_id", sa.String(length=26), nullable=False),
        sa.Column("outlet_id", sa.String(length=26), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        _platform("platform_outlet"),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_platform_outlet_outlet_id_outlet")
        ),
        sa.PrimaryKeyConstraint("platform_id", "outlet_id", name=op.f("pk_platform_outlet")),
    )
    op.create_table(
        "platform_mapping",
        sa.Column("platform_id", sa.String(length=26), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("saved_by", sa.String(length=26), nullable=False),
        sa.Column("saved_ms", sa.BigInteger(), nullable=False),
        _platform("platform_mapping"),
        sa.PrimaryKeyConstraint("platform_id", "item_code", name=op.f("pk_platform_mapping")),
    )
    _create_launches()
    op.drop_column("cases", "external_ref")


def _create_launches() -> None:
    op.create_table(
        "launch",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("platform_id", sa.String(length=26), nullable=False),
        sa.Column("kid", sa.String(length=80), nullable=False),
        sa.Column("jti_index", sa.String(length=64), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("handle_sha256", sa.String(length=64), nullable=False),
        sa.Column("outlet_id", sa.String(length=26), nullable=False),
        sa.Column("window_id", sa.String(length=26), nullable=True),
        sa.Column("staff_id", sa.String(length=26), nullable=True),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=True),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=True),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=True),
        sa.Column("opened_by", sa.String(length=26), nullable=True),
        sa.Column("case_id", sa.String(length=26), nullable=True),
        _platform("launch"),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_launch_outlet_id_outlet")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["window.id"], name=op.f("fk_launch_window_id_window")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_launch_staff_id_staff")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_launch_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_launch")),
        sa.UniqueConstraint("handle_sha256", name=op.f("uq_launch_handle_sha256")),
        sa.UniqueConstraint(
            "platform_id", "jti_index", name=op.f("uq_launch_platform_id_jti_index")
        ),
    )
    op.create_index("ix_launch_until", "launch", ["until_ms"])
    op.create_table(
        "case_launch",
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("platform_id", sa.String(length=26), nullable=False),
        sa.Column("launch_id", sa.String(length=26), nullable=False),
        sa.Column("entry_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_launch_case_id_cases")
        ),
        _platform("case_launch"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_launch")),
    )


def _platform(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_platform_id_platform")
    return sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name=name)
