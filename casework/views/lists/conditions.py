"""A filter as conditions on the table of cases."""

import datetime as dt

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from casework.calendar import CHINA, day_of
from casework.model.case import CaseState
from casework.store import schema_call as call
from casework.store import schema_case as s
from casework.store import schema_catalogue as catalogue
from casework.store import schema_org as org
from casework.views.lists.case_filter import CaseFilter, Due

UNDECIDED = (CaseState.ACCEPTED, CaseState.IN_FIRST_REVIEW, CaseState.RETURNED_TO_OUTLET)
_SOON_DAYS = 2

_c = s.cases.c


def states_of(wanted: CaseFilter) -> tuple[CaseState, ...]:
    """The states to walk one by one, empty = whatever the state. Only undecided cases have a light."""
    if wanted.due is None:
        return wanted.state
    return tuple(state for state in UNDECIDED if not wanted.state or state in wanted.state)


def conditions(conn: Connection, wanted: CaseFilter, now_ms: int) -> list[ColumnElement[bool]]:
    """All but the states. A staff number that nobody has finds nothing."""
    found: list[ColumnElement[bool]] = []
    equal = {
        _c.number: wanted.number,
        _c.outcome: wanted.outcome,
        _c.road: wanted.road,
        _c.item_code: wanted.item,
        _c.group_code: wanted.group,
        _c.outlet_id: wanted.outlet,
        _c.window_id: wanted.window,
    }
    found += [column == value for column, value in equal.items() if value]
    if wanted.words:
        found.append(_c.item_code.in_(_items(conn, wanted.words)))
    if wanted.clerk:
        found.append(_c.clerk_id == _staff(conn, wanted.clerk))
    if wanted.reviewer:
        staff_id = _staff(conn, wanted.reviewer)
        found.append(or_(_c.reviewer_id == staff_id, _c.decided_by == staff_id))
    if wanted.applicant:
        mine = select(s.case_index.c.case_id).where(
            s.case_index.c.field.in_(("id_number", "credit_code")),
            s.case_index.c.value == wanted.applicant,
        )
        found.append(_c.id.in_(mine))
    if wanted.called:
        found.append(exists().where(call.call_case.c.case_id == _c.id))
    return found + _times(wanted, now_ms)


def _times(wanted: CaseFilter, now_ms: int) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, first, last in (
        (_c.opened_at_ms, wanted.opened_from, wanted.opened_to),
        (_c.accepted_at_ms, wanted.accepted_from, wanted.accepted_to),
        (_c.decided_at_ms, wanted.decided_from, wanted.decided_to),
    ):
        if first:
            found.append(column >= _midnight_ms(dt.date.fromisoformat(first)))
        if last:
            day = dt.date.fromisoformat(last) + dt.timedelta(days=1)
            found.append(column < _midnight_ms(day))
    if wanted.due is Due.OVERDUE:
        found.append(_c.promised_due_ms < now_ms)
    elif wanted.due is Due.SOON:
        end = day_of(now_ms) + dt.timedelta(days=_SOON_DAYS)
        found += [_c.promised_due_ms >= now_ms, _c.promised_due_ms < _midnight_ms(end)]
    return found


def _items(conn: Connection, words: str) -> list[str]:
    """Codes of the items, present and past, whose name or code holds the words."""
    item = catalogue.item_version.c
    like = f"%{words.lower().replace('/', '//').replace('%', '/%').replace('_', '/_')}%"
    rows = conn.scalars(
        select(item.code)
        .where(
            or_(
                func.lower(item.name).like(like, escape="/"),
                func.lower(item.code).like(like, escape="/"),
            )
        )
        .distinct()
    )
    return sorted(rows)


def _staff(conn: Connection, number: str) -> str:
    return conn.scalar(select(org.staff.c.id).where(org.staff.c.number == number)) or ""


def _midnight_ms(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(), CHINA).timestamp() * 1000)
