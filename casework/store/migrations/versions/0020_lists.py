"""Indices in the order of the lists, and filters that people keep."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_BY = {
    "outlet": "outlet_id",
    "window": "window_id",
    "state": "state",
    "group": "group_code",
    "item": "item_code",
    "clerk": "clerk_id",
    "reviewer": "reviewer_id",
    "decider": "decided_by",
}
_WAITING = sa.text("log_index IS NULL")
_OPEN = sa.text("ended_ms IS NULL")


def upgrade() -> None:
    op.create_index("ix_cases_opened", "cases", ["opened_at_ms", "id"])
    for name, column in _BY.items():
        op.create_index(f"ix_cases_{name}_opened", "cases", [column, "opened_at_ms", "id"])
    for name, column in (("group", "group_code"), ("item", "item_code")):
        op.create_index(f"ix_cases_{name}_state", "cases", [column, "state", "opened_at_ms", "id"])
    op.create_index("ix_cases_accepted", "cases", ["accepted_at_ms"])
    op.create_index("ix_cases_decided", "cases", ["decided_at_ms"])
    op.create_index("ix_case_state_from", "case_state", ["from_ms", "case_id"])
    op.create_index("ix_case_state_actor", "case_state", ["actor_id", "from_ms"])
    # The means over the last calls, and the calls of a day, without all that there ever were.
    op.drop_index("ix_call_state", "call")
    op.create_index("ix_call_state", "call", ["state", "since_ms"])
    op.create_index("ix_call_accepted", "call", ["accepted_ms"])
    op.create_index(
        "ix_recording_open", "recording", ["call_id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index(
        "ix_entry_waiting", "entry", ["position"], sqlite_where=_WAITING, postgresql_where=_WAITING
    )
    op.create_table(
        "saved_filter",
        sa.Column("staff_id", sa.String(length=26), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.String(length=500), nullable=False),
        sa.Column("saved_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_saved_filter_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("staff_id", "role", "name", name=op.f("pk_saved_filter")),
    )
