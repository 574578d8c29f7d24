"""The pool of accepted cases that wait for a reviewer at the desk (待审池)."""

from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    String,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)

from casework.actor import Role
from casework.keys.key_ring import KeyRing
from casework.model.call import Presence
from casework.model.case import CaseState, Road
from casework.store import schema_call as call
from casework.store import schema_case as s
from casework.store.prepared import Prepared
from casework.views.case_lines import MAX_LINES, CaseLine, case_lines
from casework.views.grants import CERTIFIED_GROUPS, certified_groups

_Id: TypeAlias = str | BindParameter[str]
# Said literally, so that a plan made once for all knows how few cases of a city's years these are.
_ACCEPTED: ColumnElement[str] = literal_column(f"'{CaseState.ACCEPTED}'", String)


def next_for(conn: Connection, staff_id: str, now_ms: int) -> str | None:
    """Id of the case this reviewer takes next."""
    row = _NEXT.one(conn, me=staff_id, staff=staff_id, now=now_ms)
    return None if row is None else str(row[0])


def pool_list(
    conn: Connection, keys: KeyRing, staff_id: str, now_ms: int, limit: int = MAX_LINES
) -> tuple[CaseLine, ...]:
    """What this reviewer may take, in the order in which it is taken."""
    rule = waiting_for(conn, staff_id, now_ms)
    return case_lines(conn, keys, rule, *_order(staff_id), limit=limit)


def pool_count(conn: Connection, staff_id: str, now_ms: int) -> int:
    rule = waiting_for(conn, staff_id, now_ms)
    return conn.scalar(select(func.count()).select_from(s.cases).where(rule)) or 0


def held_by(conn: Connection, keys: KeyRing, staff_id: str) -> tuple[CaseLine, ...]:
    """The cases that the reviewer holds in review."""
    mine = (s.cases.c.reviewer_id == staff_id) & (s.cases.c.state == CaseState.IN_FIRST_REVIEW)
    return case_lines(conn, keys, mine)


def waiting_for(conn: Connection, staff_id: str, now_ms: int) -> ColumnElement[bool]:
    """Which cases this reviewer may take now.

    The same rule as `casework.policy.case_rules` in SQL: certified, no hand in the case at the
    window; and a case kept for a colleague on duty is left to him.
    """
    groups = certified_groups(conn, staff_id, now_ms)
    return _waiting(s.cases.c.group_code.in_(sorted(groups)), staff_id)


def _waiting(certified: ColumnElement[bool], staff_id: _Id) -> ColumnElement[bool]:
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
        (s.cases.c.state == _ACCEPTED)
        & (s.cases.c.road == Road.DESK)
        & certified
        & ~my_hand
        & or_(
            s.cases.c.reserved_for.is_(None),
            s.cases.c.reserved_for == staff_id,
            ~keeper_on_duty,
        )
    )


def _order(staff_id: _Id) -> tuple[ColumnElement[Any], ...]:
    """Kept for this reviewer first, then the priority lane, then by time of acceptance."""
    cases = s.cases.c
    return (
        cases.reserved_for.is_not_distinct_from(staff_id).desc(),
        cases.priority.is_(None),
        cases.accepted_at_ms,
        cases.id,
    )


_me: BindParameter[str] = bindparam("me", type_=String)
_NEXT = Prepared(
    select(s.cases.c.id)
    .where(_waiting(s.cases.c.group_code.in_(CERTIFIED_GROUPS), _me))
    .order_by(*_order(_me))
    .limit(1)
)
