"""The lines of a list: what each case is, its people by number, the applicant masked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from casework.keys.key_ring import KeyRing
from casework.model.case import CaseState, Outcome, Priority, Road
from casework.store import schema_call as call
from casework.store import schema_case as s
from casework.store import schema_catalogue as catalogue
from casework.store import schema_org as org
from casework.store.dialects import among, texts
from casework.store.prepared import Prepared, ahead
from casework.views.applicants import NAMES, masked_applicants

_c = s.cases.c
_clerk, _reviewer = org.staff.alias("clerk"), org.staff.alias("reviewer")
_calls = (
    select(func.count())
    .select_from(call.call_case)
    .where(call.call_case.c.case_id == _c.id)
    .scalar_subquery()
)
_LINES = Prepared(
    lambda conn: (
        select(
            _c.id,
            _c.number,
            _c.item_code,
            _c.state,
            _c.road,
            _c.outcome,
            _c.priority,
            _c.opened_at_ms,
            _c.accepted_at_ms,
            _c.decided_at_ms,
            _c.promised_due_ms,
            catalogue.item_version.c.name.label("item_name"),
            org.outlet.c.name.label("outlet_name"),
            org.window.c.name.label("window_name"),
            _clerk.c.number.label("clerk_number"),
            _reviewer.c.number.label("reviewer_number"),
            _calls.label("calls"),
        )
        .join(catalogue.item_version, catalogue.item_version.c.id == _c.item_version_id)
        .join(org.outlet, org.outlet.c.id == _c.outlet_id)
        .join(org.window, org.window.c.id == _c.window_id)
        .outerjoin(_clerk, _clerk.c.id == _c.clerk_id)
        .outerjoin(_reviewer, _reviewer.c.id == _c.reviewer_id)
        .where(among(conn, _c.id, "ids"))
    )
)


@dataclass(frozen=True, slots=True)
class ListLine:
    """`applicant` is the masked name, empty before identity or after erasure. `clerk` and `reviewer`
    are staff numbers. Times are wall ms.
    """

    case_id: str
    number: str
    item_code: str
    item_name: str
    applicant: str
    state: CaseState
    road: Road | None
    outcome: Outcome | None
    priority: Priority | None
    outlet_name: str
    window_name: str
    clerk: str
    reviewer: str
    calls: int
    opened_at_ms: int
    accepted_at_ms: int | None
    decided_at_ms: int | None
    promised_due_ms: int | None


def lines_of(conn: Connection, keys: KeyRing, case_ids: Sequence[str]) -> tuple[ListLine, ...]:
    """In the order of the ids, by a handful of queries however many there are."""
    if not case_ids:
        return ()
    ids = texts(conn, case_ids)
    ahead(conn, (_LINES, {"ids": ids}), (NAMES, {"ids": ids}))
    applicants = masked_applicants(conn, keys, case_ids)
    lines = {
        row.id: ListLine(
            case_id=row.id,
            number=row.number,
            item_code=row.item_code,
            item_name=row.item_name,
            applicant=applicants.get(row.id, ""),
            state=CaseState(row.state),
            road=Road(row.road) if row.road else None,
            outcome=Outcome(row.outcome) if row.outcome else None,
            priority=Priority(row.priority) if row.priority else None,
            outlet_name=row.outlet_name,
            window_name=row.window_name,
            clerk=row.clerk_number or "",
            reviewer=row.reviewer_number or "",
            calls=row.calls,
            opened_at_ms=row.opened_at_ms,
            accepted_at_ms=row.accepted_at_ms,
            decided_at_ms=row.decided_at_ms,
            promised_due_ms=row.promised_due_ms,
        )
        for row in _LINES.named(conn, ids=ids)
    }
    return tuple(lines[case_id] for case_id in case_ids)
