"""The auditor's list of cases: filters, newest first, pages by cursor."""

import base64
import binascii
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from casework.calendar import CHINA
from casework.errors import InvalidInput
from casework.model.case import CaseState, Outcome
from casework.store import schema_call as call
from casework.store import schema_case as s
from casework.store import schema_catalogue as catalogue
from casework.store import schema_org as org

PAGE = 30
DAY_MS = 24 * 3600 * 1000

_c = s.cases.c


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """As it stands in the URL; empty means all. `first` and `last` are days, both included."""

    number: str = ""
    item: str = ""
    outlet: str = ""
    state: str = ""
    outcome: str = ""
    first: str = ""
    last: str = ""
    called: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class AuditLine:
    id: str
    number: str
    item: str
    outlet: str
    state: str
    outcome: str | None
    opened_ms: int
    decided_ms: int | None
    reviewer: str
    calls: int


@dataclass(frozen=True, slots=True)
class AuditPage:
    """`after` is the cursor of the next page, empty on the last one."""

    lines: Sequence[AuditLine]
    after: str


@dataclass(frozen=True, slots=True)
class FilterOptions:
    items: Sequence[tuple[str, str]]
    outlets: Sequence[tuple[str, str]]


def audit_page(conn: Connection, asked: AuditFilter) -> AuditPage:
    """Raises InvalidInput for a filter or a cursor that cannot be read."""
    rows = conn.execute(
        select(
            s.cases,
            catalogue.item_version.c.name.label("item"),
            org.outlet.c.name.label("outlet"),
            org.staff.c.number.label("reviewer"),
        )
        .join(catalogue.item_version, catalogue.item_version.c.id == _c.item_version_id)
        .join(org.outlet, org.outlet.c.id == _c.outlet_id)
        .outerjoin(org.staff, org.staff.c.id == _c.decided_by)
        .where(*_conditions(asked))
        .order_by(_c.opened_at_ms.desc(), _c.id.desc())
        .limit(PAGE + 1)
    ).all()
    shown = rows[:PAGE]
    calls = _calls(conn, [row.id for row in shown])
    return AuditPage(
        lines=[
            AuditLine(
                id=row.id,
                number=row.number,
                item=row.item,
                outlet=row.outlet,
                state=row.state,
                outcome=row.outcome,
                opened_ms=row.opened_at_ms,
                decided_ms=row.decided_at_ms,
                reviewer=row.reviewer or "",
                calls=calls.get(row.id, 0),
            )
            for row in shown
        ],
        after=_cursor(shown[-1].opened_at_ms, shown[-1].id) if len(rows) > PAGE else "",
    )


def filter_options(conn: Connection) -> FilterOptions:
    """Items and outlets that cases exist of."""
    items = conn.execute(
        select(_c.item_code, catalogue.item_version.c.name)
        .join(catalogue.item_version, catalogue.item_version.c.id == _c.item_version_id)
        .distinct()
        .order_by(_c.item_code)
    )
    outlets = conn.execute(select(org.outlet.c.id, org.outlet.c.name).order_by(org.outlet.c.name))
    return FilterOptions(
        [(row.item_code, row.name) for row in items], [(row.id, row.name) for row in outlets]
    )


def _conditions(asked: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.number:
        found.append(_c.number == asked.number.strip())
    if asked.item:
        found.append(_c.item_code == asked.item)
    if asked.outlet:
        found.append(_c.outlet_id == asked.outlet)
    if asked.state:
        found.append(_c.state == _one_of(CaseState, "state", asked.state))
    if asked.outcome:
        found.append(_c.outcome == _one_of(Outcome, "outcome", asked.outcome))
    if asked.first:
        found.append(_c.opened_at_ms >= _day_ms("first", asked.first))
    if asked.last:
        found.append(_c.opened_at_ms < _day_ms("last", asked.last) + DAY_MS)
    if asked.called:
        found.append(exists().where(call.call_case.c.case_id == _c.id))
    if asked.after:
        opened_ms, case_id = _position(asked.after)
        found.append(
            or_(
                _c.opened_at_ms < opened_ms,
                and_(_c.opened_at_ms == opened_ms, _c.id < case_id),
            )
        )
    return found


def _one_of(kind: type[CaseState] | type[Outcome], field: str, text: str) -> str:
    if text not in set(kind):
        raise InvalidInput(field=field)
    return text


def _day_ms(field: str, text: str) -> int:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as wrong:
        raise InvalidInput(field=field) from wrong
    return int(dt.datetime.combine(day, dt.time(), CHINA).timestamp() * 1000)


def _cursor(opened_ms: int, case_id: str) -> str:
    return base64.urlsafe_b64encode(f"{opened_ms}.{case_id}".encode()).decode().rstrip("=")


def _position(cursor: str) -> tuple[int, str]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        opened, _, case_id = text.partition(".")
        return int(opened), case_id
    except (ValueError, binascii.Error) as wrong:
        raise InvalidInput(field="after") from wrong


def _calls(conn: Connection, case_ids: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    rows = conn.scalars(
        select(call.call_case.c.case_id).where(call.call_case.c.case_id.in_(case_ids))
    )
    for case_id in rows:
        found[case_id] = found.get(case_id, 0) + 1
    return found
