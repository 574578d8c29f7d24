"""Pure rules of the call: routing, admission, recorded time, merge patches, the table of states."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.model.call import (
    OVER,
    TRANSITIONS,
    WITH_MEDIA,
    CallState,
    NoticeAnswer,
    PersonKind,
    Seat,
)
from casework.model.merge_patch import merge, merge_diff, without_nulls
from casework.model.outlet import WindowProfile
from casework.policy.admission import (
    admitted,
    all_agreed,
    has_sound,
    is_supported,
    required,
    site_of,
    sources,
)
from casework.policy.call_rules import RULES
from casework.policy.call_verb import CallVerb
from casework.policy.recorded_time import Stretch, covers, longest_gap_ms
from casework.policy.routing import (
    DECLINE_PAUSE_MS,
    FreeReviewer,
    PastOffer,
    WaitingCall,
    choose,
    expected_wait_ms,
    in_order,
    match,
    next_change_ms,
)
from casework.ports import TrackSource

NOW = 10_000_000
G = frozenset({"g"})


def free(*ids: str, groups: frozenset[str] = G) -> list[FreeReviewer]:
    return [FreeReviewer(name, groups, since) for since, name in enumerate(ids)]


def test_the_longest_idle_certified_reviewer_is_rung():
    call = WaitingCall("c", "g", 0)
    assert choose(call, free("b", "a"), NOW).staff_id == "b"
    assert choose(call, free("b", groups=frozenset({"other"})), NOW) is None
    assert choose(WaitingCall("c", None, 0), free("b", groups=frozenset()), NOW).staff_id == "b"


def test_a_case_in_review_rings_its_own_reviewer_first():
    call = WaitingCall("c", "g", 0, own_reviewer="z")
    assert choose(call, free("a", "z"), NOW).staff_id == "z"
    assert choose(call, free("a"), NOW).staff_id == "a"
    missed = WaitingCall("c", "g", 0, own_reviewer="z", past=(PastOffer("z", False, NOW),))
    assert choose(missed, free("a", "z"), NOW).staff_id == "a"
    assert choose(missed, free("z"), NOW).staff_id == "z"


def test_nobody_answers_his_own_window():
    assert choose(WaitingCall("c", "g", 0, clerk_id="a"), free("a"), NOW) is None


def test_who_declined_is_left_in_peace_for_a_minute():
    call = WaitingCall("c", "g", 0, past=(PastOffer("a", True, NOW),))
    assert choose(call, free("a"), NOW) is None
    assert next_change_ms([call], NOW) == NOW + DECLINE_PAUSE_MS
    assert choose(call, free("a"), NOW + DECLINE_PAUSE_MS).staff_id == "a"
    assert next_change_ms([call], NOW + DECLINE_PAUSE_MS) is None


def test_a_clock_that_is_set_back_leaves_nobody_in_peace_for_hours():
    call = WaitingCall("c", "g", 0, past=(PastOffer("a", True, NOW),))
    assert choose(call, free("a"), NOW - 3_600_000).staff_id == "a"
    assert next_change_ms([call], NOW - 3_600_000) is None


def test_the_queue_is_requeued_first_then_priority_then_time():
    calls = [
        WaitingCall("late", "g", 3),
        WaitingCall("early", "g", 1),
        WaitingCall("priority", "g", 9, priority=True),
        WaitingCall("requeued", "g", 5, requeued=True),
    ]
    order = [call.call_id for call in in_order(calls)]
    assert order == ["requeued", "priority", "early", "late"]


def test_a_call_nobody_may_take_holds_up_no_other():
    calls = [WaitingCall("a", "x", 1), WaitingCall("b", "g", 2), WaitingCall("c", "g", 3)]
    offers = match(calls, free("r"), NOW)
    assert [(call.call_id, reviewer.staff_id) for call, reviewer in offers] == [("b", "r")]


@pytest.mark.parametrize(
    ("place", "idle", "on_duty", "wait"),
    [(1, 1, 1, 0), (1, 0, 0, None), (1, 0, 1, 600), (3, 1, 2, 600), (4, 0, 2, 1200)],
)
def test_the_expected_wait(place, idle, on_duty, wait):
    assert expected_wait_ms(place, idle, on_duty, 600) == wait


def test_every_state_is_reached_and_every_open_one_can_be_left():
    reached = set(itertools.chain.from_iterable(TRANSITIONS.values())) | {CallState.REQUESTED}
    assert reached == set(CallState)
    assert set(TRANSITIONS) == set(CallState) - OVER


def test_every_verb_but_the_request_has_a_rule():
    assert set(CallVerb) - {CallVerb.REQUEST_CALL} == set(RULES)


@given(
    st.sampled_from(list(WindowProfile)),
    st.sampled_from(list(Seat)),
    st.sampled_from(list(CallState)),
)
def test_admission(profile, seat, state):
    before = admitted(profile, seat, state, agreed=False)
    after = admitted(profile, seat, state, agreed=True)
    assert set(before) <= set(after) <= set(sources(profile, seat))
    if state not in WITH_MEDIA:
        assert after == ()
    elif seat is not Seat.HALL:
        # Before the answer nothing of the counter leaves but the clerk's own picture.
        assert set(before) <= {TrackSource.CAMERA}
    else:
        assert before == after == sources(profile, seat)


def test_one_microphone_a_site():
    for profile in (WindowProfile.ONE_PC, WindowProfile.TABLET):
        with_sound = [s for s in Seat if TrackSource.MICROPHONE in sources(profile, s)]
        assert with_sound == [Seat.WINDOW, Seat.HALL]
    for profile in WindowProfile:
        sites = [site_of(profile, s) for s in Seat if has_sound(profile, s)]
        assert sorted(sites) == sorted(set(sites)), "two microphones in one room would howl"
        assert is_supported(profile)


def test_required_tracks_are_the_microphone_and_the_cameras_that_are_sent():
    sent = [TrackSource.CAMERA, TrackSource.DOCUMENT_CAMERA]
    assert required(WindowProfile.ONE_PC, Seat.WINDOW, sent) == {
        TrackSource.MICROPHONE,
        TrackSource.CAMERA,
    }
    assert required(WindowProfile.TABLET, Seat.CITIZEN, []) == frozenset()


def test_agreement_is_of_all_who_answer():
    agreed, refused = NoticeAnswer.AGREED, NoticeAnswer.REFUSED
    assert all_agreed([])
    assert all_agreed([(PersonKind.CITIZEN, agreed), (PersonKind.COMPANION, None)])
    assert not all_agreed([(PersonKind.CITIZEN, agreed), (PersonKind.AGENT, None)])
    assert not all_agreed([(PersonKind.CITIZEN, refused)])


def test_recorded_time():
    mic = ("counter", "microphone")
    recorded = [Stretch(mic, 100, 200)]
    assert covers(100, [mic], recorded, [])
    assert not covers(201, [mic], recorded, [])
    assert not covers(150, [mic], recorded, [Stretch(mic, 149, 151)])
    assert not covers(150, [], recorded, [])
    gaps = [Stretch(mic, 0, 50), Stretch(mic, 90, 120), Stretch(mic, 190, None)]
    assert longest_gap_ms([mic], gaps, 100, 240) == 50
    assert longest_gap_ms([mic], gaps[:2], 100, 240) == 20
    assert longest_gap_ms([("hall", "camera")], gaps, 0, 240) == 0


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
OBJECTS = st.dictionaries(
    st.text(max_size=3),
    st.recursive(
        VALUES, lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=6
    ),
    max_size=4,
)


@given(OBJECTS, OBJECTS)
def test_a_merge_patch_leads_from_any_object_to_any_other(before, after):
    before, after = without_nulls(before), without_nulls(after)
    patch = merge_diff(before, after)
    assert merge(before, patch) == after
    assert (patch == {}) == (before == after)


def test_the_examples_of_rfc_7396():
    # Appendix A, those whose target and patch are objects.
    for target, patch, result in (
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ):
        assert merge(target, patch) == result
