"""One whole case by desk review, and what it leaves behind: entries, intervals, events."""

import itertools
import json

import pytest
from sqlalchemy import select

from casework.actions.check_receiver import CheckReceiver, Receiver, check_receiver
from casework.actions.complete_case import CompleteCase, complete_case
from casework.actions.hand_back import HandBack, hand_back
from casework.actions.issue_case import IssueCase, issue_case
from casework.actions.open_case import OpenCase, open_case
from casework.actions.rate_case import RateCase, rate_case
from casework.actor import SYSTEM
from casework.ids import is_case_number
from casework.model.applicant import IdentityMethod
from casework.model.case import CaseState, Outcome
from casework.model.merge_patch import merge
from casework.model.rating import RatingGivenBy, RatingLevel
from casework.store import schema_case as s
from casework.store.reading import committed_value, entries_of, events_after
from casework.views.case_snapshot import case_snapshot
from scenes.case_scene import Desk, a_stored


@pytest.fixture
def whole(desk: Desk) -> str:
    """A case from opening to rating."""
    case_id = desk.in_review()
    desk.decided(case_id)
    desk.run(hand_back, HandBack(case_id), SYSTEM)
    receiver = CheckReceiver(case_id, Receiver.APPLICANT, IdentityMethod.ORIGINAL_SEEN)
    desk.run(check_receiver, receiver)
    desk.run(issue_case, IssueCase(case_id, a_stored(case_id)))
    desk.run(complete_case, CompleteCase(case_id))
    rating = RateCase(case_id, RatingLevel.VERY_SATISFIED, RatingGivenBy.OWN_INPUT)
    desk.run(rate_case, rating, desk.screen)
    return case_id


def test_a_whole_case_ends_completed(desk, whole):
    case = desk.case(whole)
    assert case.state is CaseState.COMPLETED
    assert case.outcome is Outcome.APPROVED
    assert case.first_asked_by == case.owner == case.clerk_id == desk.clerk.id
    assert case.decided_by == desk.reviewer.id
    assert case.issued_by == desk.clerk.id


def test_states_are_intervals_without_gaps(desk, whole, store):
    with store.reading() as conn:
        rows = conn.execute(
            select(s.case_state).where(s.case_state.c.case_id == whole).order_by("number")
        ).all()
    assert [row.state for row in rows] == [
        "draft",
        "accepted",
        "in_first_review",
        "approved",
        "handed_back",
        "issued",
        "completed",
    ]
    assert rows[-1].until_ms is None
    for earlier, later in itertools.pairwise(rows):
        assert earlier.until_ms == later.from_ms


def test_every_act_left_its_entry(desk, whole, store):
    with store.reading() as conn:
        types = [entry.type for entry in entries_of(conn, f"case:{whole}")]
    assert types == [
        "desk.case.opened",
        "desk.identity.confirmed",
        "desk.case.form_saved",
        "desk.material.added",
        "desk.material.added",
        "desk.application.read_back",
        "desk.application.signed",
        "desk.case.accepted",
        "desk.case.taken",
        "desk.decision.prepared",
        "decision.confirmed",
        "desk.case.handed_back",
        "desk.receiver.checked",
        "desk.case.issued",
        "desk.case.completed",
        "desk.case.rated",
    ]


def test_the_log_tells_no_person_no_outcome_no_item(desk, whole, store):
    with store.reading() as conn:
        plain = b"\n".join(entry.body for entry in entries_of(conn, f"case:{whole}")).decode()
    for secret in ("群众甲", "9900001980", "SB-002", "approved", "示范", desk.clerk.outlet):
        assert secret not in plain


def test_the_decision_entry_says_it_all_sealed(desk, whole, store, keys):
    seq = desk.case(whole).decision_seq
    with store.reading() as conn:
        entry = entries_of(conn, f"case:{whole}")[seq]
        outcome = committed_value(conn, keys, f"case:{whole}", seq, "outcome")
        item = committed_value(conn, keys, f"case:{whole}", seq, "item")
    body = json.loads(entry.body)
    assert body["facts"]["call_required"] is False
    assert body["policy"] == {"decision": "allow", "reason": "ok"}
    assert (outcome, item) == ("approved", "SB-002@1")


def test_snapshot_and_events_equal_a_fresh_snapshot(desk, whole, store):
    with store.reading() as conn:
        replayed = {}
        for event in events_after(conn, f"case:{whole}", 0):
            replayed = merge(replayed, event.data)
        assert replayed == case_snapshot(conn, whole)
        kinds = [
            event.kind for event in events_after(conn, f"pool:{desk.case(whole).group_code}", 0)
        ]
    assert kinds == ["case.accepted", "case.taken", "decision.prepared", "decision.confirmed"]


def test_numbers_are_never_used_twice(desk, clock):
    numbers = [desk.run(open_case, OpenCase("SB-002")).number for _ in range(5)]
    clock.advance(24 * 3600 * 1000)
    numbers += [desk.run(open_case, OpenCase("SB-002")).number for _ in range(5)]
    assert len(set(numbers)) == 10
    assert all(is_case_number(number) for number in numbers)
    assert numbers == sorted(numbers)
