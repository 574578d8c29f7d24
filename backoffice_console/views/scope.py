"""Which cases a reviewer may look at."""

from sqlalchemy import Connection

from casework.actor import Actor
from casework.errors import NotFound
from casework.model.case import Case, CaseState
from casework.store.case_rows import CASE, load_case
from casework.store.prepared import ahead
from casework.views.grants import CERTIFIED, certified_groups


def reviewable_case(conn: Connection, actor: Actor, case_id: str, now_ms: int) -> Case:
    """A case that was accepted, of a group the reviewer is certified for, or one he had in hand.

    Raises NotFound for any other as for one that does not exist. Who may *act* on it is another
    question, asked by each act.
    """
    mine = {"staff": actor.id, "now": now_ms}
    ahead(conn, (CASE, {"case": case_id}), (CERTIFIED, mine))
    case = load_case(conn, case_id)
    if case.state is CaseState.DRAFT:
        raise NotFound("no such case")
    if actor.id in {case.reviewer_id, case.decided_by}:
        return case
    if case.group_code not in certified_groups(conn, actor.id, now_ms):
        raise NotFound("no such case")
    return case
