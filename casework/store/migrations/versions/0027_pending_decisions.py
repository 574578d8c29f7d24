"""Prepared decisions that wait, found without looking at every case that there ever was."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_PENDING = sa.text("pending_until_ms IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_cases_pending",
        "cases",
        ["pending_until_ms"],
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
