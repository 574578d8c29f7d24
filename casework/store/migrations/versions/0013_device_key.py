"""Devices from which windows ask for calls (`casework.store.schema_device`)."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_key",
        sa.Column("origin", sa.String(length=160), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("window_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=200), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("entry_seq", sa.BigInteger(), nullable=True),
        sa.Column("enrolled_by", sa.String(length=40), nullable=True),
        sa.Column("enrolled_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("last_call", sa.String(length=64), nullable=True),
        sa.Column("used_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("revoked_by", sa.String(length=40), nullable=True),
        sa.Column("revoked_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["window_id"], ["window.id"], name=op.f("fk_device_key_window_id_window")
        ),
        sa.PrimaryKeyConstraint("origin", "id", name=op.f("pk_device_key")),
    )
    op.create_index(op.f("ix_device_key_window_id"), "device_key", ["window_id"])
