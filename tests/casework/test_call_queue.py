"""Presence, queue, ringing: who is offered a call, and what happens when nobody takes it."""

import pytest

from casework.actions.accept_call import AcceptCall, accept_call
from casework.actions.cancel_call import CancelCall, cancel_call
from casework.actions.decline_offer import DeclineOffer, decline_offer
from casework.actions.end_call import EndCall, end_call
from casework.actions.miss_offer import MissOffer, miss_offer
from casework.actions.offer_call import OfferCall, offer_call
from casework.actions.request_call import RequestCall, request_call
from casework.actions.set_presence import SetPresence, set_presence
from casework.actions.set_reachable import SetReachable, set_reachable
from casework.actor import SYSTEM, Actor, Role
from casework.clock import ManualClock
from casework.errors import InvalidInput, NotAllowed
from casework.model.call import (
    AwayReason,
    CallKind,
    CallState,
    DeclineReason,
    EndReason,
    PersonKind,
    Presence,
)
from casework.policy.call_refusals import (
    CallStateForbids,
    CaseNotCallable,
    NotInThisCall,
    OfferOver,
    StaffBusy,
    WindowBusy,
)
from casework.policy.routing import RING_MS
from casework.store.case_rows import load_case
from casework.store.reading import entries_of, events_after
from casework.views.calls import open_offers
from casework.views.hall import free_reviewers, hall_state, queued
from casework.views.snapshots import snapshot


def test_a_reviewer_without_a_page_is_not_free(stage, k):
    reviewer = stage.hall.reviewers[0]
    k.writer.run_sync(set_presence, SetPresence(Presence.FREE), actor=reviewer)
    with k.store.reading() as conn:
        assert hall_state(conn, 0).free == 0
    k.writer.run_sync(set_reachable, SetReachable(reviewer, reachable=True), actor=SYSTEM)
    with k.store.reading() as conn:
        assert hall_state(conn, k.clock.wall_ms()).free == 1
        assert snapshot(conn, "hall")["free"] == 1
    k.writer.run_sync(set_reachable, SetReachable(None, reachable=False), actor=SYSTEM)
    with k.store.reading() as conn:
        assert snapshot(conn, "hall")["free"] == 0


def test_away_needs_a_reason_and_only_away(stage, k):
    reviewer = stage.hall.reviewers[0]
    for state, reason in ((Presence.AWAY, None), (Presence.FREE, AwayReason.BREAK)):
        with pytest.raises(InvalidInput):
            k.writer.run_sync(set_presence, SetPresence(state, reason), actor=reviewer)
    with pytest.raises(NotAllowed):
        k.writer.run_sync(set_presence, SetPresence(Presence.FREE), actor=stage.hall.screen)


def test_request_queues_the_call_and_tells_place_and_wait(stage, k, clock: ManualClock):
    stage.on_duty(stage.hall.reviewers[0])
    first = k.writer.run_sync(
        request_call, RequestCall(case_id=stage.hall.case_id), actor=stage.hall.clerk
    )
    assert (first.place, first.expected_wait_ms) == (1, 0)
    clock.advance(1_000)
    second = k.writer.run_sync(
        request_call, RequestCall(kind=CallKind.CONSULT), actor=stage.hall.tablet_clerk
    )
    assert second.place == 2
    assert second.expected_wait_ms == 10 * 60_000
    k.writer.run_sync(cancel_call, CancelCall(first.call_id), actor=stage.hall.clerk)
    with k.store.reading() as conn:
        # The one behind moves up, and its page is told.
        assert stage.call(second.call_id).place == 1
        moved = events_after(conn, f"call:{second.call_id}", 1)
        assert [(event.kind, event.data["place"]) for event in moved] == [("call.place", 1)]


def test_a_call_that_rings_is_not_counted_twice(stage, k):
    stage.on_duty(stage.hall.reviewers[0])
    stage.offer(stage.request(), stage.hall.reviewers[0])
    with k.store.reading() as conn:
        told = snapshot(conn, "hall")
    assert (told["free"], told["expected_wait_ms"]) == (0, 10 * 60_000)


def test_request_says_so_on_both_chains(stage, k):
    call_id = stage.request()
    with k.store.reading() as conn:
        on_call = entries_of(conn, f"call:{call_id}")
        on_case = entries_of(conn, f"case:{stage.hall.case_id}")
    assert [entry.type for entry in on_call] == ["desk.call.requested"]
    assert on_case[-1].type == "desk.case.called"
    assert on_call[0].leaf_hash.encode() in on_case[-1].body
    # Outlet and window stand in the log only as commitments.
    assert stage.hall.outlet.encode() not in on_call[0].body
    assert stage.hall.window.encode() not in on_call[0].body


def test_one_window_has_one_call(stage, k):
    call_id = stage.request()
    with pytest.raises(WindowBusy) as refused:
        stage.request(kind=CallKind.CONSULT)
    assert refused.value.details["call"] == call_id


def test_a_request_is_refused_for_wrong_roles_cases_and_people(stage, k):
    hall = stage.hall
    ask = RequestCall(case_id=hall.case_id)
    for actor in (hall.screen, hall.lead, SYSTEM):
        with pytest.raises(NotAllowed):
            k.writer.run_sync(request_call, ask, actor=actor)
    elsewhere = Actor("x", Role.CLERK, None, "other", hall.tablet_window)
    for command in (
        RequestCall(case_id=None),
        RequestCall(case_id=hall.case_id, present=()),
        RequestCall(kind=CallKind.CONSULT, present=(PersonKind.CLERK,)),
        RequestCall(kind=CallKind.CONSULT, present=(PersonKind.COMPANION,) * 11),
    ):
        with pytest.raises(InvalidInput):
            k.writer.run_sync(request_call, command, actor=hall.clerk)
    del elsewhere
    with pytest.raises(CaseNotCallable):
        k.writer.run_sync(request_call, ask, actor=hall.reviewers[0])


def test_accepting_takes_the_case_and_occupies_the_reviewer(stage, k):
    reviewer = stage.hall.reviewers[0]
    stage.on_duty(reviewer)
    call_id = stage.request()
    stage.accept(call_id, reviewer)
    call = stage.call(call_id)
    assert (call.state, call.reviewer_id) == (CallState.CONNECTING, reviewer.id)
    with k.store.reading() as conn:
        assert load_case(conn, stage.hall.case_id).reviewer_id == reviewer.id
        assert free_reviewers(conn, k.clock.wall_ms()) == []
        assert snapshot(conn, f"staff:{reviewer.id}")["call"] == call_id
        assert snapshot(conn, f"window:{stage.hall.window}")["call"] == call_id
        assert snapshot(conn, "queue") == {"calls": {}}


def test_only_the_one_who_is_rung_answers(stage, k):
    first, second, _ = stage.hall.reviewers
    stage.on_duty(first, second)
    offer_id = stage.offer(stage.request(), first)
    with pytest.raises(NotInThisCall):
        k.writer.run_sync(accept_call, AcceptCall(offer_id), actor=second)
    with pytest.raises(NotInThisCall):
        k.writer.run_sync(
            decline_offer, DeclineOffer(offer_id, DeclineReason.OTHER), actor=stage.hall.clerk
        )


def test_declining_puts_the_call_back_to_the_head(stage, k, clock: ManualClock):
    first, second, _ = stage.hall.reviewers
    stage.on_duty(first, second)
    call_id = stage.request()
    clock.advance(5)
    behind = stage.request(kind=CallKind.CONSULT, clerk=stage.hall.tablet_clerk)
    offer_id = stage.offer(call_id, first)
    k.writer.run_sync(
        decline_offer, DeclineOffer(offer_id, DeclineReason.NOT_MY_FIELD), actor=first
    )
    with k.store.reading() as conn:
        assert [one.call_id for one in queued(conn)] == [call_id, behind]
    with pytest.raises(OfferOver):
        k.writer.run_sync(accept_call, AcceptCall(offer_id), actor=first)
    # Not rung again at once, while the other one is.
    with pytest.raises(StaffBusy):
        stage.offer(call_id, first)
    stage.offer(call_id, second)


def test_two_misses_running_set_away_and_the_last_one_alerts(stage, k, clock: ManualClock):
    reviewer = stage.hall.reviewers[0]
    stage.on_duty(reviewer)
    call_id = stage.request()
    offer_id = stage.offer(call_id, reviewer)
    with pytest.raises(OfferOver):
        k.writer.run_sync(miss_offer, MissOffer(offer_id), actor=SYSTEM)
    clock.advance(RING_MS)
    missed = k.writer.run_sync(miss_offer, MissOffer(offer_id), actor=SYSTEM)
    assert (missed.set_away, missed.hall_empty) == (False, False)
    assert stage.call(call_id).state is CallState.QUEUED
    offer_id = stage.offer(call_id, reviewer)
    clock.advance(RING_MS)
    missed = k.writer.run_sync(miss_offer, MissOffer(offer_id), actor=SYSTEM)
    assert (missed.set_away, missed.hall_empty) == (True, True)
    with k.store.reading() as conn:
        mine = snapshot(conn, f"staff:{reviewer.id}")
        assert (mine["presence"], mine["reason"]) == ("away", "missed_calls")
        assert "hall.empty" in [event.kind for event in events_after(conn, "hall", 0)]
        # The waiting clerk is told honestly that nobody is there.
        assert "expected_wait_ms" not in snapshot(conn, f"call:{call_id}")
    # One key, and back again, with the count begun anew.
    k.writer.run_sync(set_presence, SetPresence(Presence.FREE), actor=reviewer)
    offer_id = stage.offer(call_id, reviewer)
    clock.advance(RING_MS)
    assert not k.writer.run_sync(miss_offer, MissOffer(offer_id), actor=SYSTEM).set_away


def test_taking_a_call_forgets_a_miss(stage, k, clock: ManualClock):
    reviewer = stage.hall.reviewers[0]
    stage.on_duty(reviewer)
    call_id = stage.request()
    offer_id = stage.offer(call_id, reviewer)
    clock.advance(RING_MS)
    k.writer.run_sync(miss_offer, MissOffer(offer_id), actor=SYSTEM)
    stage.accept(call_id, reviewer)
    with k.store.reading() as conn:
        assert snapshot(conn, f"staff:{reviewer.id}")["misses"] == 0


def test_going_away_hands_a_ringing_call_back(stage, k):
    reviewer = stage.hall.reviewers[0]
    stage.on_duty(reviewer)
    call_id = stage.request()
    stage.offer(call_id, reviewer)
    away = SetPresence(Presence.AWAY, AwayReason.BREAK)
    k.writer.run_sync(set_presence, away, actor=reviewer)
    assert stage.call(call_id).state is CallState.QUEUED
    with k.store.reading() as conn:
        assert open_offers(conn) == []
        assert "hall.empty" in [event.kind for event in events_after(conn, "hall", 0)]


def test_cancelling_while_it_rings_stops_the_ringing(stage, k):
    reviewer = stage.hall.reviewers[0]
    stage.on_duty(reviewer)
    call_id = stage.request()
    offer_id = stage.offer(call_id, reviewer)
    command = CancelCall(call_id, EndReason.TO_DESK_REVIEW)
    k.writer.run_sync(cancel_call, command, actor=stage.hall.clerk)
    assert stage.call(call_id).state is CallState.ABANDONED
    with pytest.raises(OfferOver):
        k.writer.run_sync(accept_call, AcceptCall(offer_id), actor=reviewer)
    with pytest.raises(CallStateForbids):
        k.writer.run_sync(cancel_call, command, actor=stage.hall.clerk)
    with k.store.reading() as conn:
        assert "offer" not in snapshot(conn, f"staff:{reviewer.id}")


def test_another_window_may_not_touch_the_call(stage, k):
    call_id = stage.request()
    with pytest.raises(NotInThisCall):
        k.writer.run_sync(cancel_call, CancelCall(call_id), actor=stage.hall.tablet_clerk)
    with pytest.raises(NotAllowed):
        k.writer.run_sync(offer_call, OfferCall(call_id, "x"), actor=stage.hall.clerk)


def test_a_reviewer_rings_the_window_of_the_case_he_holds(stage, k, clock: ManualClock):
    hall, reviewer = stage.hall, stage.hall.reviewers[0]
    stage.on_duty(reviewer, hall.clerk)
    call_id = stage.request()
    stage.accept(call_id, reviewer)
    k.writer.run_sync(end_call, EndCall(call_id), actor=reviewer)
    ask = RequestCall(case_id=hall.case_id)
    back = k.writer.run_sync(request_call, ask, actor=reviewer).call_id
    assert stage.call(back).state is CallState.OFFERED
    with k.store.reading() as conn:
        (offer,) = open_offers(conn)
        assert offer.staff_id == hall.clerk.id
        assert snapshot(conn, f"staff:{hall.clerk.id}")["offer"]["call"] == back
        assert hall_state(conn, k.clock.wall_ms()).free == 0
    k.writer.run_sync(accept_call, AcceptCall(offer.id), actor=hall.clerk)
    call = stage.call(back)
    assert (call.state, call.clerk_id) == (CallState.CONNECTING, hall.clerk.id)
    assert stage.present(back)


def test_a_window_that_does_not_answer_is_missed(stage, k, clock: ManualClock):
    hall, reviewer = stage.hall, stage.hall.reviewers[0]
    stage.on_duty(reviewer)
    first = stage.request()
    stage.accept(first, reviewer)
    k.writer.run_sync(end_call, EndCall(first), actor=reviewer)
    ask = RequestCall(case_id=hall.case_id)
    with pytest.raises(StaffBusy):
        k.writer.run_sync(request_call, ask, actor=reviewer)
    stage.on_duty(hall.clerk)
    call_id = k.writer.run_sync(request_call, ask, actor=reviewer).call_id
    clock.advance(RING_MS)
    with k.store.reading() as conn:
        (offer,) = open_offers(conn)
    k.writer.run_sync(miss_offer, MissOffer(offer.id), actor=SYSTEM)
    assert stage.call(call_id).state is CallState.MISSED
