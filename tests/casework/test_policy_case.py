"""The transition table and the rules, apart from any store."""

import itertools

import pytest

from casework.actor import Actor, Role
from casework.errors import DomainError
from casework.model.case import TERMINAL_STATES, Case, CaseState, Road
from casework.policy import refusals
from casework.policy.case_rules import REFUSAL_BY_REASON, CaseResource, decide, refusal
from casework.policy.case_verb import CaseVerb
from casework.policy.case_visibility import sees_case
from casework.policy.transitions import TRANSITIONS, transitions_of

NOW = 1_000_000


def a_case(state: CaseState, **values) -> Case:
    known = {
        "id": "case",
        "number": "1",
        "item_version_id": "SB-001@1",
        "item_code": "SB-001",
        "group_code": "insurance",
        "state": state,
        "version": 1,
        "outlet_id": "outlet",
        "window_id": "window",
        "first_asked_by": "clerk",
        "owner": "clerk",
        "opened_at_ms": 0,
        "road": Road.DESK,
        "reviewer_id": "reviewer",
        "lease_until_ms": NOW + 1,
        "decided_by": "reviewer",
    }
    return Case(**{**known, **values})


def an_actor(role: Role) -> Actor:
    """Somebody with every right that his role can have."""
    at_counter = role in {Role.CLERK, Role.USHER, Role.CITIZEN}
    return Actor(
        role.value,
        role,
        None,
        "outlet" if at_counter else None,
        "window" if at_counter else None,
    )


def a_resource(state: CaseState, **values) -> CaseResource:
    return CaseResource(a_case(state, **values), NOW, frozenset({"insurance"}))


@pytest.mark.parametrize("verb", CaseVerb)
def test_exactly_the_table_is_allowed(verb):
    for state, role in itertools.product(CaseState, Role):
        expected = any(
            (row.verb, row.source) == (verb, state) and role in row.roles for row in TRANSITIONS
        )
        # What is the ushers' is nobody else's.
        at_desk = role is Role.USHER or verb is CaseVerb.TAKE_OVER
        resource = a_resource(state, **({"prepared_by": "usher"} if at_desk else {}))
        decision = decide(an_actor(role), verb, resource)
        assert decision.allow is expected, (verb, state, role, decision.reason)


def test_nothing_leaves_a_terminal_state():
    leaving = [
        row for row in TRANSITIONS if row.source in TERMINAL_STATES and row.target != row.source
    ]
    assert leaving == []


def test_every_state_is_reached_and_every_open_one_left():
    reached = {row.target for row in TRANSITIONS if row.source != row.target}
    left = {row.source for row in TRANSITIONS if row.source != row.target}
    assert reached == set(CaseState)
    assert left == (set(CaseState) - TERMINAL_STATES) | {None}


def test_every_verb_has_a_row():
    assert {row.verb for row in TRANSITIONS} == set(CaseVerb)
    assert len(set(TRANSITIONS)) == len(TRANSITIONS)


def test_a_case_is_born_in_draft_only():
    assert [row.target for row in transitions_of(CaseVerb.OPEN_CASE, None)] == [CaseState.DRAFT]
    assert all(row.source is not None or row.verb is CaseVerb.OPEN_CASE for row in TRANSITIONS)


REVIEW = CaseState.IN_FIRST_REVIEW


@pytest.mark.parametrize(
    ("reason", "role", "verb", "state", "values"),
    [
        ("other_outlet", Role.CLERK, CaseVerb.SAVE_FORM, CaseState.DRAFT, {"outlet_id": "x"}),
        (
            "other_window",
            Role.CITIZEN,
            CaseVerb.SIGN_APPLICATION,
            CaseState.DRAFT,
            {"window_id": "x"},
        ),
        ("state_forbids", Role.CLERK, CaseVerb.SAVE_FORM, CaseState.COMPLETED, {}),
        ("role_may_not", Role.AUDITOR, CaseVerb.SAVE_FORM, CaseState.DRAFT, {}),
        (
            "not_taken_over",
            Role.CLERK,
            CaseVerb.SAVE_FORM,
            CaseState.DRAFT,
            {"prepared_by": "usher"},
        ),
        (
            "no_longer_at_desk",
            Role.USHER,
            CaseVerb.SAVE_FORM,
            CaseState.DRAFT,
            {"prepared_by": "usher", "taken_over_at_ms": NOW},
        ),
        (
            "not_certified",
            Role.REVIEWER,
            CaseVerb.TAKE_CASE,
            CaseState.ACCEPTED,
            {"group_code": "x"},
        ),
        ("case_locked", Role.REVIEWER, CaseVerb.RELEASE_CASE, REVIEW, {"reviewer_id": "x"}),
        ("case_locked", Role.REVIEWER, CaseVerb.TAKE_CASE, REVIEW, {"reviewer_id": "x"}),
        ("lease_lost", Role.REVIEWER, CaseVerb.RELEASE_CASE, REVIEW, {"lease_until_ms": NOW}),
        (
            "decision_pending",
            Role.REVIEWER,
            CaseVerb.RELEASE_CASE,
            REVIEW,
            {"pending_until_ms": NOW + 1},
        ),
        (
            "not_visible",
            Role.REVIEWER,
            CaseVerb.REVEAL_FIELD,
            CaseState.DRAFT,
            {"reviewer_id": None, "decided_by": None},
        ),
        (
            "not_the_decider",
            Role.REVIEWER,
            CaseVerb.HAND_BACK,
            CaseState.APPROVED,
            {"decided_by": "x"},
        ),
    ],
)
def test_each_rule_has_its_reason_and_its_error(reason, role, verb, state, values):
    resource = a_resource(state, **values)
    decision = decide(an_actor(role), verb, resource)
    assert (decision.allow, decision.reason) == (False, reason)
    error = refusal(decision, verb, resource.case, "03")
    assert type(error) is REFUSAL_BY_REASON[reason]
    assert error.details["holder"] == "03"


def test_hands_keep_people_apart():
    clerk_reviews = CaseResource(
        a_case(CaseState.ACCEPTED), NOW, frozenset({"insurance"}), frozenset({"reviewer"})
    )
    decision = decide(an_actor(Role.REVIEWER), CaseVerb.TAKE_CASE, clerk_reviews)
    assert decision.reason == "clerk_may_not_review"
    reviewer_issues = CaseResource(
        a_case(CaseState.HANDED_BACK), NOW, review_hands=frozenset({"clerk"})
    )
    decision = decide(an_actor(Role.CLERK), CaseVerb.ISSUE_CASE, reviewer_issues)
    assert decision.reason == "reviewer_may_not_issue"


def test_a_lock_that_ran_out_may_be_taken_over():
    resource = a_resource(REVIEW, reviewer_id="x", lease_until_ms=NOW)
    assert decide(an_actor(Role.REVIEWER), CaseVerb.TAKE_CASE, resource).allow


def test_refusals_have_their_own_codes():
    found = [
        kind
        for kind in vars(refusals).values()
        if isinstance(kind, type) and issubclass(kind, DomainError) and kind is not DomainError
    ]
    assert sorted(kind.code for kind in found) == [
        f"C-{number:02d}" for number in range(1, len(found) + 1)
    ]


@pytest.mark.parametrize(
    ("actor", "seen"),
    [
        (an_actor(Role.CLERK), True),
        (Actor("clerk", Role.CLERK, None, "x", "window"), False),
        (an_actor(Role.CITIZEN), True),
        (an_actor(Role.REVIEWER), True),
        (Actor("x", Role.REVIEWER), False),
        (an_actor(Role.DUTY_LEAD), True),
        (an_actor(Role.AUDITOR), True),
        (an_actor(Role.ADMIN), False),
    ],
)
def test_who_sees_a_draft(actor, seen):
    assert sees_case(actor, a_case(CaseState.DRAFT), frozenset()) is seen
