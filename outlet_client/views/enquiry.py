"""What any window may tell whoever holds a paper: where the case stands, and nothing personal."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.errors import KeyDestroyed, NotFound
from casework.ids import is_case_number
from casework.keys.key_ring import KeyRing
from casework.model.case import CaseState, Outcome
from casework.model.short_code import is_code_of
from casework.store import schema_case as s
from casework.store import schema_catalogue as catalogue
from casework.store import schema_org as org


@dataclass(frozen=True, slots=True)
class Enquiry:
    number: str
    item: str
    state: CaseState
    outcome: Outcome | None
    outlet: str
    accepted_ms: int | None
    due_ms: int | None
    decided_ms: int | None


def enquire(conn: Connection, keys: KeyRing, number: str, code: str) -> Enquiry:
    """Raises NotFound alike for a number that does not exist and for a wrong code."""
    row = None
    if is_case_number(number):
        row = conn.execute(
            select(
                *s.cases.c,
                catalogue.item_version.c.name.label("item"),
                org.outlet.c.name.label("outlet"),
            )
            .join(catalogue.item_version, catalogue.item_version.c.id == s.cases.c.item_version_id)
            .join(org.outlet, org.outlet.c.id == s.cases.c.outlet_id)
            .where(s.cases.c.number == number)
        ).one_or_none()
    if row is None or not _fits(keys, row.id, code):
        raise NotFound("no such number and code")
    return Enquiry(
        number=row.number,
        item=row.item,
        state=CaseState(row.state),
        outcome=Outcome(row.outcome) if row.outcome else None,
        outlet=row.outlet,
        accepted_ms=row.accepted_at_ms,
        due_ms=row.promised_due_ms,
        decided_ms=row.decided_at_ms,
    )


def _fits(keys: KeyRing, case_id: str, code: str) -> bool:
    try:
        return is_code_of(code, keys.case_key(case_id), case_id)
    except KeyDestroyed:
        return False
