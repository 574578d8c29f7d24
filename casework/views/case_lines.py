"""One line of a list of cases, and how lists are read."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from casework.errors import KeyDestroyed
from casework.keys.key_ring import KeyRing
from casework.model.case import CaseState, Outcome, Priority, Road
from casework.model.masking import mask_name
from casework.store import schema_case as s
from casework.store import schema_catalogue as catalogue
from casework.store import schema_org as org
from casework.views.sealed_values import sealed_values

MAX_LINES = 200


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
        select(
            *s.cases.c,
            catalogue.item_version.c.name.label("item_name"),
            org.outlet.c.name.label("outlet_name"),
        )
        .join(catalogue.item_version, catalogue.item_version.c.id == s.cases.c.item_version_id)
        .join(org.outlet, org.outlet.c.id == s.cases.c.outlet_id)
        .where(rule)
        .order_by(*(order or (s.cases.c.opened_at_ms.desc(), s.cases.c.id.desc())))
        .limit(min(limit, MAX_LINES))
    )
    return tuple(
        CaseLine(
            case_id=row.id,
            number=row.number,
            item_name=row.item_name,
            applicant=masked_applicant(conn, keys, f"case:{row.id}", row.applicant_seq),
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
        for row in conn.execute(statement)
    )


def masked_applicant(conn: Connection, keys: KeyRing, chain: str, seq: int | None) -> str:
    try:
        values = sealed_values(conn, keys, chain, seq, "applicant")
    except KeyDestroyed:
        return ""
    return values.get("organisation") or mask_name(values.get("name", ""))
