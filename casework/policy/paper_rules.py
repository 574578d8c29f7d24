"""Which paper may be printed in which state of its case."""

from collections.abc import Mapping

from casework.model.case import Case, Outcome
from casework.model.case import CaseState as S
from casework.model.paper import PaperKind as K

_DECIDED = frozenset({S.APPROVED, S.REFUSED, S.HANDED_BACK, S.ISSUED, S.COMPLETED})
_BACK = frozenset({S.HANDED_BACK, S.ISSUED, S.COMPLETED})
_ACCEPTED = _DECIDED | {S.ACCEPTED, S.IN_FIRST_REVIEW, S.RETURNED_TO_OUTLET, S.SUPPLEMENT_REQUIRED}

PAPER_STATES: Mapping[K, frozenset[S]] = {
    K.ACCEPTANCE_RECEIPT: _ACCEPTED,
    K.ONE_TIME_NOTICE: frozenset({S.SUPPLEMENT_REQUIRED}),
    K.SUPPLEMENT_NOTICE: frozenset({S.SUPPLEMENT_REQUIRED}),
    K.DECISION: _DECIDED,
    K.DELIVERY_RECEIPT: _BACK,
    K.NEXT_STEPS: _BACK,
}
PRINTING_STATES = frozenset[S]().union(*PAPER_STATES.values())


def may_be_printed(kind: K, case: Case) -> bool:
    """By state, and by what the case has: a paper without its facts is none. Which of the two notices
    a case has, its row does not tell (`casework.views.papers.round_due`).
    """
    if case.state not in PAPER_STATES[kind]:
        return False
    match kind:
        case K.ACCEPTANCE_RECEIPT:
            return case.accepted_at_ms is not None
        case K.DECISION:
            return case.outcome is not None or case.state is S.COMPLETED
        case K.DELIVERY_RECEIPT:
            return case.outcome is not None
        case K.NEXT_STEPS:
            # A refusal tells its remedies itself; what comes after an approval would mislead.
            return case.outcome is not Outcome.REFUSED
        case _:
            return True
