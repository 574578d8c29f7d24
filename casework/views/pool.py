"""The pool of accepted cases that wait for a reviewer at the desk (待审池)."""

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from casework.actor import Role
from casework.model.call import Presence
from casework.model.case import CaseState, Road
from casework.store import schema_call as call
from casework.store import schema_case as s
from casework.views.grants import certified_groups

MAX_ROWS = 200


def next_for(conn: Connection, staff_id: str, now_ms: int) -> str | None:
    """Id of the case this reviewer takes next: `waiting` cases in order, his own kept ones first."""
    return conn.scalar(_in_order(waiting_for(conn, staff_id, now_ms), staff_id).limit(1))


def waiting_for(conn: Connection, staff_id: str, now_ms: int) -> ColumnElement[bool]:
    """Which cases this reviewer may take now.

    The same rule as `casework.policy.case_rules` in SQL: certified, no hand in the case at the
    window; and a case kept for a colleague on duty is left to him.
    """
    groups = certified_groups(conn, staff_id, now_ms)
    my_hand = (
        select(s.case_hand.c.case_id)
        .where(
            s.case_hand.c.case_id == s.cases.c.id,
            s.case_hand.c.staff_id == staff_id,
            s.case_hand.c.role == Role.CLERK,
        )
        .exists()
    )
    keeper_on_duty = (
        select(call.presence.c.staff_id)
        .where(
            call.presence.c.staff_id == s.cases.c.reserved_for,
            call.presence.c.state != Presence.OFF,
        )
        .exists()
    )
    return (
        (s.cases.c.state == CaseState.ACCEPTED)
        & (s.cases.c.road == Road.DESK)
        & s.cases.c.group_code.in_(sorted(groups))
        & ~my_hand
        & or_(
            s.cases.c.reserved_for.is_(None),
            s.cases.c.reserved_for == staff_id,
            ~keeper_on_duty,
        )
    )


def _in_order(rule: ColumnElement[bool], staff_id: str) -> Select[str]:
    kept_for_me = s.cases.c.reserved_for.is_not_distinct_from(staff_id)
    return (
        select(s.cases.c.id)
        .where(rule)
        .order_by(
            kept_for_me.desc(),
            s.cases.c.priority.is_(None),
            s.cases.c.accepted_at_ms,
            s.cases.c.id,
        )
    )
