"""`casework.views.visible_cases` as walks along an index: the union of the arms is what a role sees.

One condition with OR in it makes a database sort everything that it finds; several conditions
without, each with an index in the order of the list, stop after a page.
"""

from sqlalchemy import ColumnElement, Connection, and_, true

from casework.actor import Actor, Role
from casework.model.case import TERMINAL_STATES, CaseState
from casework.policy.case_visibility import SEES_ALL
from casework.store import schema_case as s
from casework.views.grants import certified_groups

_c = s.cases.c


def scope_of(conn: Connection, actor: Actor, now_ms: int) -> tuple[ColumnElement[bool], ...]:
    """Empty for a role that sees no case."""
    match actor.role:
        case Role.CLERK | Role.OUTLET_LEAD if actor.outlet:
            return (_c.outlet_id == actor.outlet,)
        case Role.USHER if actor.outlet:
            at_desk = _c.prepared_by.is_not(None) & _c.taken_over_at_ms.is_(None)
            return (and_(_c.outlet_id == actor.outlet, _c.state == CaseState.DRAFT, at_desk),)
        case Role.CITIZEN if actor.window:
            return (and_(_c.window_id == actor.window, _c.state.not_in(sorted(TERMINAL_STATES))),)
        case Role.REVIEWER:
            groups = sorted(certified_groups(conn, actor.id, now_ms))
            return (
                _c.reviewer_id == actor.id,
                _c.decided_by == actor.id,
                *(and_(_c.group_code == code, _c.accepted_at_ms.is_not(None)) for code in groups),
            )
        case _:
            return (true(),) if actor.role in SEES_ALL else ()
