"""The tables of `casework.store.schema_session`."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_guard",
        sa.Column("staff_id", sa.String(length=26), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_sign_in_guard_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_sign_in_guard")),
    )
    op.create_table(
        "session",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.Column("staff_id", sa.String(length=26), nullable=True),
        sa.Column("grant_id", sa.String(length=26), nullable=True),
        sa.Column("screen_id", sa.String(length=26), nullable=True),
        sa.Column("window_id", sa.String(length=26), nullable=True),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.Column("closed_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["post_grant.id"], name=op.f("fk_session_grant_id_post_grant")
        ),
        sa.ForeignKeyConstraint(
            ["screen_id"], ["citizen_screen.id"], name=op.f("fk_session_screen_id_citizen_screen")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_session_staff_id_staff")),
        sa.ForeignKeyConstraint(
            ["window_id"], ["window.id"], name=op.f("fk_session_window_id_window")
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_session")),
    )
    op.create_index("ix_session_staff", "session", ["staff_id", "closed_ms"], unique=False)
