"""Signing keys that authenticators hold (`casework.store.schema_actor`)."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("actor_key") as table:
        table.add_column(sa.Column("rp_id", sa.String(length=253), nullable=True))
        table.add_column(sa.Column("web_origin", sa.String(length=300), nullable=True))
        table.add_column(sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=True))
        table.add_column(sa.Column("counter", sa.BigInteger(), nullable=True))
