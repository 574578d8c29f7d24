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
from casework.policy.paper_rules import PRINTING_STATES

CLERK = frozenset({Role.CLERK})
USHER = frozenset({Role.USHER})
REVIEWER = frozenset({Role.REVIEWER})
SYSTEM_ONLY = frozenset({Role.SYSTEM})
AT_THE_COUNTER = frozenset({Role.CLERK, Role.CITIZEN})
LEAD = frozenset({Role.DUTY_LEAD})
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


AT_THE_WINDOW = (S.DRAFT, S.RETURNED_TO_OUTLET, S.SUPPLEMENT_REQUIRED)
UNDECIDED = (S.DRAFT, S.ACCEPTED, S.IN_FIRST_REVIEW)

BEFORE_ISSUE = (
    *AT_THE_WINDOW,
    S.ACCEPTED,
    S.IN_FIRST_REVIEW,
    S.APPROVED,
    S.REFUSED,
    S.HANDED_BACK,
)

AFTER_ACCEPTANCE = (
    S.ACCEPTED,
    S.IN_FIRST_REVIEW,
    S.APPROVED,
    S.REFUSED,
    S.HANDED_BACK,
    S.ISSUED,
    S.COMPLETED,
)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(V.OPEN_CASE, None, S.DRAFT, CLERK | USHER),
    # The pre-fill desk: an usher's draft, until a clerk takes it over.
    *_within(V.SAVE_FORM, USHER, S.DRAFT),
    *_within(V.NOTE_AT_HAND, USHER, S.DRAFT),
    *_within(V.TAKE_OVER, CLERK, S.DRAFT),
    # A case that is opened from a launch is filled in the same breath.
    *_within(V.OPEN_LAUNCH, CLERK, S.DRAFT),
    # Before acceptance, again after a return, and when the citizen brings what was missing.
    *_within(V.CONFIRM_IDENTITY, CLERK, *AT_THE_WINDOW),
    *_within(V.SAVE_FORM, CLERK, *AT_THE_WINDOW),
    *_within(V.NAME_PRESENT, CLERK, *AT_THE_WINDOW, S.ACCEPTED),
    *_within(V.SAVE_PERSONS, CLERK, *AT_THE_WINDOW),
    # A reviewer asks for a new still while he reviews, so the window may add one then.
    *_within(V.ADD_MATERIAL, CLERK, *AT_THE_WINDOW, S.ACCEPTED, S.IN_FIRST_REVIEW),
    *_within(V.ASK_SOURCE, CLERK, *AT_THE_WINDOW, S.ACCEPTED, S.IN_FIRST_REVIEW),
    *_within(V.CHECK_MATERIAL, CLERK, *AT_THE_WINDOW),
    *_within(V.CHECK_MATERIAL, REVIEWER, S.IN_FIRST_REVIEW),
    # 预审: what a reviewer thinks of a draft's materials, in a call.
    *_within(V.NOTE_OPINION, REVIEWER, S.DRAFT),
    # A promise in the place of a material: made at the counter, withdrawn until the decision, verified later.
    *_within(V.MAKE_COMMITMENT, AT_THE_COUNTER, *AT_THE_WINDOW),
    *_within(V.WITHDRAW_COMMITMENT, CLERK, *AT_THE_WINDOW, S.ACCEPTED, S.IN_FIRST_REVIEW),
    *_within(V.CHECK_COMMITMENT, LEAD, *AFTER_ACCEPTANCE),
    # Paper originals: taken in before the result is there, given back or passed on at any time, after the end too.
    *_within(V.TAKE_ORIGINAL, CLERK, *AT_THE_WINDOW, S.ACCEPTED, S.IN_FIRST_REVIEW),
    *_within(V.HAND_OVER_ORIGINAL, CLERK, *S),
    *_within(V.GIVE_BACK_ORIGINAL, CLERK, *S),
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
    # What only the citizen can supply: one complete list, before acceptance or in review.
    Transition(V.REQUIRE_SUPPLEMENT, S.DRAFT, S.SUPPLEMENT_REQUIRED, CLERK),
    Transition(V.REQUIRE_SUPPLEMENT, S.IN_FIRST_REVIEW, S.SUPPLEMENT_REQUIRED, REVIEWER),
    *_within(V.GIVE_NOTICE, CLERK, S.SUPPLEMENT_REQUIRED),
    # Back to where it came from: an accepted case to the hall, another goes on at the window.
    Transition(V.SUPPLY_SUPPLEMENT, S.SUPPLEMENT_REQUIRED, S.DRAFT, CLERK),
    Transition(V.SUPPLY_SUPPLEMENT, S.SUPPLEMENT_REQUIRED, S.ACCEPTED, CLERK),
    # 逾期未补正，视为撤回: where the item's rule says so, told for certain and past its term.
    Transition(V.LAPSE_CASE, S.SUPPLEMENT_REQUIRED, S.LAPSED, SYSTEM_ONLY),
    # A further list needs a duty lead's leave; the case may have gone on while he thought.
    *_within(V.ASK_SECOND_NOTICE, CLERK, S.DRAFT),
    *_within(V.ASK_SECOND_NOTICE, REVIEWER, S.IN_FIRST_REVIEW),
    *_within(V.ALLOW_SECOND_NOTICE, LEAD, *UNDECIDED),
    *_within(V.REFUSE_SECOND_NOTICE, LEAD, *UNDECIDED),
    # Decision in two phases: a prepared one leaves the state as it is.
    *_within(V.PREPARE_DECISION, REVIEWER, S.IN_FIRST_REVIEW),
    *_within(V.REVERT_DECISION, frozenset({Role.REVIEWER, Role.SYSTEM}), S.IN_FIRST_REVIEW),
    Transition(V.CONFIRM_DECISION, S.IN_FIRST_REVIEW, S.APPROVED, REVIEWER),
    Transition(V.CONFIRM_DECISION, S.IN_FIRST_REVIEW, S.REFUSED, REVIEWER),
    # Back to the window and into the hand.
    Transition(V.HAND_BACK, S.APPROVED, S.HANDED_BACK, frozenset({Role.REVIEWER, Role.SYSTEM})),
    Transition(V.HAND_BACK, S.REFUSED, S.HANDED_BACK, frozenset({Role.REVIEWER, Role.SYSTEM})),
    *_within(V.CHOOSE_CHANNEL, CLERK, *BEFORE_ISSUE),
    Transition(V.POST_RESULT, S.HANDED_BACK, S.ISSUED, CLERK),
    *_within(V.NOTE_DELIVERY, CLERK, S.ISSUED),
    Transition(V.NOTE_DELIVERY, S.ISSUED, S.HANDED_BACK, CLERK),
    *_within(V.CHECK_RECEIVER, CLERK, S.HANDED_BACK),
    # Which paper in which of these states: `paper_rules`.
    *_within(V.PRINT_PAPER, CLERK, *(state for state in S if state in PRINTING_STATES)),
    Transition(V.ISSUE_CASE, S.HANDED_BACK, S.ISSUED, CLERK),
    Transition(V.COMPLETE_CASE, S.ISSUED, S.COMPLETED, frozenset({Role.CLERK, Role.SYSTEM})),
    # Nothing to hand over, or nothing to review: closed at the window.
    Transition(V.COMPLETE_CASE, S.HANDED_BACK, S.COMPLETED, CLERK),
    Transition(V.COMPLETE_CASE, S.ACCEPTED, S.COMPLETED, CLERK),
    # The applicant may withdraw until the decision.
    Transition(V.WITHDRAW_CASE, S.DRAFT, S.WITHDRAWN, CLERK | USHER),
    Transition(V.WITHDRAW_CASE, S.ACCEPTED, S.WITHDRAWN, CLERK),
    Transition(V.WITHDRAW_CASE, S.IN_FIRST_REVIEW, S.WITHDRAWN, CLERK),
    Transition(V.WITHDRAW_CASE, S.RETURNED_TO_OUTLET, S.WITHDRAWN, CLERK),
    Transition(V.WITHDRAW_CASE, S.SUPPLEMENT_REQUIRED, S.WITHDRAWN, CLERK),
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
