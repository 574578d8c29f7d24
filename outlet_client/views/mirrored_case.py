"""The case on a citizen's screen. That it is the one shown there is the caller's to know."""

from sqlalchemy import Connection

from casework.actor import Actor
from casework.errors import NotFound
from casework.model.case import RESULT_STATES, Case
from casework.store.case_rows import load_case


def mirrored_case(conn: Connection, actor: Actor, case_id: str) -> Case:
    """Raises NotFound for a case of another window, unless its result is handed over at this outlet. A closed case may still be shown: the citizen
    reads what comes next and rates after it was closed.
    """
    case = load_case(conn, case_id)
    at_home = (case.outlet_id, case.window_id) == (actor.outlet, actor.window)
    handed_over_here = case.issue_outlet_id == actor.outlet and case.state in RESULT_STATES
    if not (at_home or handed_over_here):
        raise NotFound("no such case")
    return case
