"""The lifecycle of a case as data: which verb leads from which state to which, and for whom.

A row whose target equals its source is an act within that state. What stands in no row is
refused. Conditions beyond state and role are rules (`case_rules`) and guards in the actions.
Source: domain.md §3.3, the part that runs today.
"""

from dataclasses import dataclass

from casework.actor import Role
from casework.model.case import TERMINAL_STATES
from casework.model.case import CaseState as S
from casework.policy.case_verb import CaseVerb as V

CLERK = frozenset({Role.CLERK})
REVIEWER = frozenset({Role.REVIEWER})
SYSTEM_ONLY = frozenset({Role.SYSTEM})
AT_THE_COUNTER = frozenset({Role.CLERK, Role.CITIZEN})
ADMIN = frozenset({Role.ADMIN})
STAFF = frozenset({Role.CLERK, Role.REVIEWER, Role.DUTY_LEAD, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Transition:
    """`source` is None for the birth of a case."""

    verb: V
    source: S | None
    target: S
    roles: frozenset[Role]


def _within(verb: V, roles: frozenset[Role], *states: S) -> tuple[Transition, ...]:
    return tuple(Transition(verb, state, state, roles) for state in states)


AT_THE_WINDOW = (S.DRAFT, S.RETURNED_TO_OUTLET)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(V.OPEN_CASE, None, S.DRAFT, CLERK),
    # Before acceptance, and again after a return.
    *_within(V.CONFIRM_IDENTITY, CLERK, *AT_THE_WINDOW),
    *_within(V.SAVE_FORM, CLERK, *AT_THE_WINDOW),
    # A reviewer asks for a new still while he reviews, so the window may add one then.
    *_within(V.ADD_MATERIAL, CLERK, *AT_THE_WINDOW, S.ACCEPTED, S.IN_FIRST_REVIEW),
    *_within(V.CHECK_MATERIAL, CLERK, *AT_THE_WINDOW),
    *_within(V.CHECK_MATERIAL, REVIEWER, S.IN_FIRST_REVIEW),
    *_within(V.READ_BACK, CLERK, *AT_THE_WINDOW),
    *_within(V.SIGN_APPLICATION, AT_THE_COUNTER, *AT_THE_WINDOW),
    Transition(V.ACCEPT_CASE, S.DRAFT, S.ACCEPTED, CLERK),
    *_within(V.CHANGE_ROAD, CLERK, S.ACCEPTED),
    # Review.
    Transition(V.TAKE_CASE, S.ACCEPTED, S.IN_FIRST_REVIEW, REVIEWER),
    # A page that was reloaded takes its own case again; anyone may take one whose lock ran out.
    *_within(V.TAKE_CASE, REVIEWER, S.IN_FIRST_REVIEW),
    *_within(V.RENEW_LEASE, REVIEWER, S.IN_FIRST_REVIEW),
    Transition(V.RELEASE_CASE, S.IN_FIRST_REVIEW, S.ACCEPTED, REVIEWER),
    Transition(V.EXPIRE_LEASE, S.IN_FIRST_REVIEW, S.ACCEPTED, SYSTEM_ONLY),
    *_within(V.CONFIRM_IDENTITY_ON_CAMERA, REVIEWER, S.IN_FIRST_REVIEW),
    Transition(V.RETURN_TO_OUTLET, S.IN_FIRST_REVIEW, S.RETURNED_TO_OUTLET, REVIEWER),
    Transition(V.FIX_RETURNED, S.RETURNED_TO_OUTLET, S.ACCEPTED, CLERK),
    # Decision in two phases: a prepared one leaves the state as it is.
    *_within(V.PREPARE_DECISION, REVIEWER, S.IN_FIRST_REVIEW),
    *_within(V.REVERT_DECISION, frozenset({Role.REVIEWER, Role.SYSTEM}), S.IN_FIRST_REVIEW),
    Transition(V.CONFIRM_DECISION, S.IN_FIRST_REVIEW, S.APPROVED, REVIEWER),
    Transition(V.CONFIRM_DECISION, S.IN_FIRST_REVIEW, S.REFUSED, REVIEWER),
    # Back to the window and into the hand.
    Transition(V.HAND_BACK, S.APPROVED, S.HANDED_BACK, frozenset({Role.REVIEWER, Role.SYSTEM})),
    Transition(V.HAND_BACK, S.REFUSED, S.HANDED_BACK, frozenset({Role.REVIEWER, Role.SYSTEM})),
    *_within(V.CHECK_RECEIVER, CLERK, S.HANDED_BACK),
    *_within(V.PRINT_RECEIPT, CLERK, S.HANDED_BACK, S.ISSUED, S.COMPLETED),
    Transition(V.ISSUE_CASE, S.HANDED_BACK, S.ISSUED, CLERK),
    Transition(V.COMPLETE_CASE, S.ISSUED, S.COMPLETED, frozenset({Role.CLERK, Role.SYSTEM})),
    # Nothing to hand over, or nothing to review: closed at the window.
    Transition(V.COMPLETE_CASE, S.HANDED_BACK, S.COMPLETED, CLERK),
    Transition(V.COMPLETE_CASE, S.ACCEPTED, S.COMPLETED, CLERK),
    # The applicant may withdraw until the decision.
    Transition(V.WITHDRAW_CASE, S.DRAFT, S.WITHDRAWN, CLERK),
    Transition(V.WITHDRAW_CASE, S.ACCEPTED, S.WITHDRAWN, CLERK),
    Transition(V.WITHDRAW_CASE, S.IN_FIRST_REVIEW, S.WITHDRAWN, CLERK),
    Transition(V.WITHDRAW_CASE, S.RETURNED_TO_OUTLET, S.WITHDRAWN, CLERK),
    *_within(V.RATE_CASE, AT_THE_COUNTER, S.ISSUED, S.COMPLETED),
    # Looking is an act too, in any state.
    *_within(V.VIEW_CASE, frozenset({Role.AUDITOR, Role.DUTY_LEAD}), *S),
    *_within(V.REVEAL_FIELD, STAFF, *S),
    *_within(
        V.REVEAL_FIELD,
        frozenset({Role.CITIZEN}),
        *(state for state in S if state not in TERMINAL_STATES),
    ),
    *_within(V.SEAL_PACKAGE, frozenset({Role.AUDITOR, Role.SYSTEM}), *S),
    # Keys of an open case are not destroyed: somebody still works with it.
    *_within(V.REQUEST_ERASURE, ADMIN, *sorted(TERMINAL_STATES)),
    *_within(V.CONFIRM_ERASURE, ADMIN, *sorted(TERMINAL_STATES)),
    *_within(V.WITHDRAW_ERASURE, ADMIN, *sorted(TERMINAL_STATES)),
)


def transitions_of(verb: V, source: S | None) -> tuple[Transition, ...]:
    return _BY_VERB_AND_SOURCE.get((verb, source), ())


def _index() -> dict[tuple[V, S | None], tuple[Transition, ...]]:
    index: dict[tuple[V, S | None], tuple[Transition, ...]] = {}
    for row in TRANSITIONS:
        index[row.verb, row.source] = (*index.get((row.verb, row.source), ()), row)
    return index


_BY_VERB_AND_SOURCE = _index()
