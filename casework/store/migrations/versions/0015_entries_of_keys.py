"""Entries that enrol or revoke a key are found without reading all others."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OF_KEYS = sa.text(
    "type IN ('actor.key_enrolled', 'actor.key_revoked', 'device.key_enrolled', 'device.key_revoked')"
)


def upgrade() -> None:
    op.create_index(
        "ix_entry_of_keys",
        "entry",
        ["type"],
        sqlite_where=_OF_KEYS,
        postgresql_where=_OF_KEYS,
    )
