"""A citizen with a device of her own: a third site, which must be there, heard and recorded."""

import pytest
from sqlalchemy import select

from casework.actions.admit_leg import AdmitLeg, admit_leg
from casework.actions.arm_recording import ArmRecording, arm_recording
from casework.actions.hold import Hold, hold
from casework.actions.join_leg import JoinLeg, join_leg
from casework.actor import SYSTEM
from casework.errors import InvalidInput
from casework.model.call import CallKind, CallState, LegState, Seat, Site
from casework.model.outlet import WindowProfile
from casework.policy.admission import shows_the_citizen
from casework.ports import TrackKind, TrackSource
from casework.store import schema_call as s
from casework.views.calls import legs_of
from signaling.rooms.plan import read_plan

M, C, CC, D, S = (
    TrackSource.MICROPHONE,
    TrackSource.CAMERA,
    TrackSource.CITIZEN_CAMERA,
    TrackSource.DOCUMENT_CAMERA,
    TrackSource.SCREEN,
)


@pytest.fixture
def call(stage, k) -> str:
    """A taken call of the window; clerk and reviewer are connected, nobody has answered."""
    stage.on_duty(stage.hall.reviewers[0])
    call_id = stage.request(kind=CallKind.CONSULT, clerk=stage.hall.remote_clerk)
    stage.accept(call_id, stage.hall.reviewers[0])
    k.writer.run_sync(arm_recording, ArmRecording(call_id), actor=SYSTEM)
    stage.join(call_id, stage.hall.remote_clerk, M, C, D)
    stage.join(call_id, stage.hall.reviewers[0])
    return call_id


def admitted(k, call_id: str) -> dict[Seat, tuple[TrackSource, ...]]:
    with k.store.reading() as conn:
        legs = list(legs_of(conn, call_id))
    return {
        leg.seat: k.writer.run_sync(admit_leg, AdmitLeg(leg.id), actor=SYSTEM).sources
        for leg in legs
    }


def test_the_call_runs_once_she_has_agreed_and_is_there(stage, k, call):
    # Whoever has not agreed to be seen need not be connected yet.
    assert stage.call(call).state is CallState.CONSENT
    assert admitted(k, call) == {Seat.WINDOW: (C,), Seat.HALL: (M, C, S)}
    stage.answer(call)
    assert stage.call(call).state is CallState.CONSENT, "she is on her way, nothing is interrupted"
    citizen = stage.join(call, stage.hall.remote_screen, M, CC)
    assert stage.call(call).state is CallState.ACTIVE
    assert admitted(k, call) == {
        Seat.WINDOW: (M, C, D, S),
        Seat.CITIZEN: (M, CC),
        Seat.HALL: (M, C, S),
    }
    with k.store.reading() as conn:
        sites = {leg.seat: leg.site for leg in legs_of(conn, call)}
        tracks = conn.scalar(select(s.recording.c.tracks).where(s.recording.c.call_id == call))
    assert sites == {Seat.WINDOW: Site.COUNTER, Seat.CITIZEN: Site.CITIZEN, Seat.HALL: Site.HALL}
    for source in (M, CC):
        assert {"site": "citizen", "source": source.value} in tracks
    # Without her there is no talk: unlike a tablet at the counter she is the only one who hears.
    stage.report(citizen, LegState.GONE)
    assert stage.call(call).state is CallState.INTERRUPTED
    stage.report(citizen, LegState.CONNECTED)
    assert stage.call(call).state is CallState.ACTIVE


def test_a_reload_of_her_page_interrupts_the_talk(stage, k, call):
    stage.answer(call)
    stage.join(call, stage.hall.remote_screen, M, CC)
    k.writer.run_sync(join_leg, JoinLeg(call, (M, CC)), actor=stage.hall.remote_screen)
    assert stage.call(call).state is CallState.INTERRUPTED


def test_she_sends_no_other_source(stage, k, call):
    with pytest.raises(InvalidInput):
        k.writer.run_sync(join_leg, JoinLeg(call, (C,)), actor=stage.hall.remote_screen)


def test_on_hold_the_hall_is_cut_off_and_counter_and_citizen_are_not(stage, k, call):
    stage.answer(call)
    stage.join(call, stage.hall.remote_screen, M, CC)
    k.writer.run_sync(hold, Hold(call, on=True), actor=stage.hall.reviewers[0])
    with k.store.reading() as conn:
        plan = read_plan(conn, call)
        seats = {leg.id: leg.seat for leg in legs_of(conn, call)}
    cut = {(seats[route.source_leg], seats[route.to_leg]) for route in plan.routes()}
    others = (Seat.WINDOW, Seat.CITIZEN)
    assert cut == {*((Seat.HALL, one) for one in others), *((one, Seat.HALL) for one in others)}
    assert len(plan.routes()) == 4 * len(TrackKind)


@pytest.mark.parametrize(
    ("profile", "track", "shows"),
    [
        (WindowProfile.REMOTE_CITIZEN, ("citizen", "citizen_camera"), True),
        (WindowProfile.REMOTE_CITIZEN, ("citizen", "microphone"), False),
        (WindowProfile.REMOTE_CITIZEN, ("counter", "camera"), False),
        (WindowProfile.TABLET, ("counter", "citizen_camera"), True),
        (WindowProfile.ONE_PC, ("counter", "camera"), True),
        (WindowProfile.ONE_PC, ("hall", "camera"), False),
    ],
)
def test_an_identity_is_confirmed_where_she_is_seen(profile, track, shows):
    assert shows_the_citizen(profile, *track) is shows
