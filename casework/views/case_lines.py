"""One line of a list of cases, and how lists are read."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from casework.keys.key_ring import KeyRing
from casework.model.case import CaseState, Outcome, Priority, Road
from casework.store import schema_case as s
from casework.store import schema_catalogue as catalogue
from casework.store import schema_org as org
from casework.views.applicants import masked_applicants

MAX_LINES = 200

_c = s.cases.c
_LINES = (
    select(
        _c.id,
        _c.number,
        _c.state,
        _c.road,
        _c.outcome,
        _c.priority,
        _c.window_id,
        _c.reviewer_id,
        _c.opened_at_ms,
        _c.accepted_at_ms,
        _c.decided_at_ms,
        _c.promised_due_ms,
        _c.version,
        catalogue.item_version.c.name.label("item_name"),
        org.outlet.c.name.label("outlet_name"),
    )
    .join(catalogue.item_version, catalogue.item_version.c.id == _c.item_version_id)
    .join(org.outlet, org.outlet.c.id == _c.outlet_id)
)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """`applicant` is the masked name, empty before identity or after erasure. Times are wall ms."""

    case_id: str
    number: str
    item_name: str
    applicant: str
    state: CaseState
    road: Road | None
    outcome: Outcome | None
    priority: Priority | None
    outlet_name: str
    window_id: str
    reviewer_id: str | None
    opened_at_ms: int
    accepted_at_ms: int | None
    decided_at_ms: int | None
    promised_due_ms: int | None
    version: int


def case_lines(
    conn: Connection,
    keys: KeyRing,
    rule: ColumnElement[bool],
    *order: ColumnElement[Any],
    limit: int = MAX_LINES,
) -> tuple[CaseLine, ...]:
    """The lines that `rule` lets through, newest first unless `order` says otherwise."""
    statement = (
        _LINES.where(rule)
        .order_by(*(order or (_c.opened_at_ms.desc(), _c.id.desc())))
        .limit(min(limit, MAX_LINES))
    )
    rows = conn.execute(statement).all()
    applicants = masked_applicants(conn, keys, [row.id for row in rows])
    return tuple(
        CaseLine(
            case_id=row.id,
            number=row.number,
            item_name=row.item_name,
            applicant=applicants.get(row.id, ""),
            state=CaseState(row.state),
            road=Road(row.road) if row.road else None,
            outcome=Outcome(row.outcome) if row.outcome else None,
            priority=Priority(row.priority) if row.priority else None,
            outlet_name=row.outlet_name,
            window_id=row.window_id,
            reviewer_id=row.reviewer_id,
            opened_at_ms=row.opened_at_ms,
            accepted_at_ms=row.accepted_at_ms,
            decided_at_ms=row.decided_at_ms,
            promised_due_ms=row.promised_due_ms,
            version=row.version,
        )
        for row in rows
    )
