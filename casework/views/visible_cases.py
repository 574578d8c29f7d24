"""`casework.policy.case_visibility.sees_case` as a condition on the table of cases."""

from sqlalchemy import ColumnElement, Connection, false, true

from casework.actor import Actor, Role
from casework.errors import NotFound
from casework.model.case import RESULT_STATES, TERMINAL_STATES, Case, CaseState
from casework.policy.case_visibility import SEES_ALL, sees_case
from casework.store import schema_case as s
from casework.store.case_rows import CASE, load_case
from casework.store.prepared import ahead
from casework.views.grants import CERTIFIED, certified_groups


def visible_cases(conn: Connection, actor: Actor, now_ms: int) -> ColumnElement[bool]:
    cases = s.cases.c
    match actor.role:
        case Role.CLERK | Role.OUTLET_LEAD:
            here = cases.issue_outlet_id == actor.outlet
            return (cases.outlet_id == actor.outlet) | (
                here & cases.state.in_(sorted(RESULT_STATES))
            )
        case Role.USHER:
            at_desk = cases.prepared_by.is_not(None) & cases.taken_over_at_ms.is_(None)
            return at_desk & (cases.outlet_id == actor.outlet) & (cases.state == CaseState.DRAFT)
        case Role.CITIZEN:
            return (cases.window_id == actor.window) & cases.state.not_in(sorted(TERMINAL_STATES))
        case Role.REVIEWER:
            groups = sorted(certified_groups(conn, actor.id, now_ms))
            mine = (cases.reviewer_id == actor.id) | (cases.decided_by == actor.id)
            return mine | (cases.accepted_at_ms.is_not(None) & cases.group_code.in_(groups))
        case _:
            return true() if actor.role in SEES_ALL else false()


def visible_case(conn: Connection, actor: Actor, case_id: str, now_ms: int) -> Case:
    """NotFound both for a case that does not exist and for one that this actor may not see."""
    mine = {"staff": actor.id, "now": now_ms}
    ahead(conn, (CASE, {"case": case_id}), (CERTIFIED, mine))
    case = load_case(conn, case_id)
    groups = certified_groups(conn, actor.id, now_ms)
    if not sees_case(actor, case, groups):
        raise NotFound("no such case")
    return case
