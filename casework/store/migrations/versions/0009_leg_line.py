"""What was measured of each leg's line (`casework.store.schema_line`)."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COUNTS = ("reports", "rtt_reports", "jitter_reports")
_SUMS = (
    "up_kbps_sum",
    "down_kbps_sum",
    "up_loss_permille_sum",
    "down_loss_permille_sum",
    "rtt_ms_sum",
    "jitter_ms_sum",
)
_MOST = (
    "up_loss_permille_most",
    "down_loss_permille_most",
    "rtt_ms_most",
    "jitter_ms_most",
    "freezes",
)


def upgrade() -> None:
    op.create_table(
        "leg_line",
        sa.Column("leg_id", sa.String(length=26), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=True),
        sa.Column("up", sa.String(length=16), nullable=False),
        sa.Column("down", sa.String(length=16), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _SUMS),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _MOST),
        sa.ForeignKeyConstraint(["leg_id"], ["leg.id"], name=op.f("fk_leg_line_leg_id_leg")),
        sa.PrimaryKeyConstraint("leg_id", name=op.f("pk_leg_line")),
    )
