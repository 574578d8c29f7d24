"""The case on a citizen's screen. That it is the one shown there is the caller's to know."""

from sqlalchemy import Connection

from casework.actor import Actor
from casework.errors import NotFound
from casework.model.case import Case
from casework.store.case_rows import load_case


def mirrored_case(conn: Connection, actor: Actor, case_id: str) -> Case:
    """Raises NotFound for a case of another window. A closed case may still be shown: the citizen
    reads what comes next and rates after it was closed.
    """
    case = load_case(conn, case_id)
    if (case.outlet_id, case.window_id) != (actor.outlet, actor.window):
        raise NotFound("no such case")
    return case
