"""Who may look at a case without acting on it. Lists apply the same rule in SQL
(`casework.views.visible_cases`); a test holds the two together.
"""

from casework.actor import Actor, Role
from casework.model.case import RESULT_STATES, TERMINAL_STATES, Case, CaseState

SEES_ALL = frozenset({Role.DUTY_LEAD, Role.AUDITOR, Role.SYSTEM})


def sees_case(actor: Actor, case: Case, certified_groups: frozenset[str]) -> bool:
    """Duty leads and auditors see every case, clerks and outlet leads those of their outlet and the results
    that are handed over there, a citizen screen the open ones of its window. Ushers see the drafts that were
    prepared at their outlet's pre-fill desk, until a clerk has taken them over. A reviewer sees accepted
    cases of the groups he is certified for, and those he reviewed.
    """
    match actor.role:
        case Role.CLERK | Role.OUTLET_LEAD:
            handed_over_here = case.issue_outlet_id == actor.outlet and case.state in RESULT_STATES
            return case.outlet_id == actor.outlet or handed_over_here
        case Role.USHER:
            prepared = case.waits_at_desk and case.state is CaseState.DRAFT
            return prepared and case.outlet_id == actor.outlet
        case Role.CITIZEN:
            return case.window_id == actor.window and case.state not in TERMINAL_STATES
        case Role.REVIEWER:
            mine = actor.id in {case.reviewer_id, case.decided_by}
            return mine or (case.accepted_at_ms is not None and case.group_code in certified_groups)
        case _:
            return actor.role in SEES_ALL
