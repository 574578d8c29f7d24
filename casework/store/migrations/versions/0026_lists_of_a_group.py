"""One outlet's, and one item's, cases among all of a group, in the order of the lists."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, column in (("outlet", "outlet_id"), ("item", "item_code")):
        op.create_index(
            f"ix_cases_group_{name}", "cases", ["group_code", column, "opened_at_ms", "id"]
        )
