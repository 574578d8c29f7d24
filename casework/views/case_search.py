"""Finding cases by number, or by the applicant's identity number or credit code."""

from sqlalchemy import Connection, select

from casework.actor import Actor
from casework.ids import is_case_number
from casework.keys.key_ring import KeyRing
from casework.model.credit_code import normalise_credit_code
from casework.model.id_number import normalise_id_number
from casework.store import schema_case as s
from casework.views.case_lines import CaseLine, case_lines
from casework.views.visible_cases import visible_cases


def find_cases(
    conn: Connection, keys: KeyRing, actor: Actor, text: str, now_ms: int
) -> tuple[CaseLine, ...]:
    """What this actor may see of it; empty for anything that is no such number."""
    visible = visible_cases(conn, actor, now_ms)
    wanted = text.strip()
    if is_case_number(wanted):
        return case_lines(conn, keys, visible & (s.cases.c.number == wanted))
    for field, normalise in (
        ("id_number", normalise_id_number),
        ("credit_code", normalise_credit_code),
    ):
        try:
            hashed = keys.blind_index(field, normalise(wanted))
        except ValueError:
            continue
        ids = select(s.case_index.c.case_id).where(
            s.case_index.c.field == field, s.case_index.c.value == hashed
        )
        return case_lines(conn, keys, visible & s.cases.c.id.in_(ids))
    return ()
