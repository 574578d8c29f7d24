"""Three sockets and a worker: from 呼叫大厅 to the end of the wrap-up."""

import pytest

from casework.actions.end_call import EndCall, end_call
from casework.actor import SYSTEM
from casework.clock import ManualClock
from casework.errors import StoreUnavailable
from casework.model.call import EndReason
from casework.model.merge_patch import merge
from casework.ports import TrackSource
from casework.store.reading import entries_of
from casework.views.call_facts import facts_of_call
from casework.worker_link import messages as m
from scenes.sockets import Refused, Scene, until

HASH = "0" * 64
M, C, CC, D, S = (
    TrackSource.MICROPHONE,
    TrackSource.CAMERA,
    TrackSource.CITIZEN_CAMERA,
    TrackSource.DOCUMENT_CAMERA,
    TrackSource.SCREEN,
)


def room_of(scene: Scene):
    return scene.desk.worker.rooms[scene.call]


async def test_a_whole_call(scene: Scene):
    worker = scene.desk.worker
    offer = await scene.ring()
    # The recorder is armed while it rings, before anybody has a leg.
    await until(lambda: scene.call in worker.rooms)
    await scene.accept(offer)
    window = await scene.join(scene.clerk, "microphone", "camera", "citizen_camera")
    hall = await scene.join(scene.reviewer, "microphone", "camera")
    await scene.clerk.sees(scene.stream, state="consent")
    room = room_of(scene)
    await until(lambda: room.admitted.get(hall) == (M, C, S))
    assert room.admitted[window] == (C,)
    await scene.agree()
    await scene.clerk.sees(scene.stream, state="active")
    await until(lambda: room.admitted[window] == (M, C, CC, D, S))
    assert room.legs[window].site == "counter"
    assert room.legs[window].videos == (C, CC, D, S)
    assert room.legs[hall].expected == (C, M)

    mark = await scene.reviewer.ask("mark.record", call=scene.call, kind="notice")
    assert mark["mark"] in (await scene.clerk.snapshot(scene.stream))["marks"]
    await scene.reviewer.ask("call.hold", call=scene.call, on=True)
    await until(lambda: room.routes)
    assert {(cell.source_leg, cell.to_leg) for cell in room.routes} == {
        (window, hall),
        (hall, window),
    }
    await scene.reviewer.ask("call.hold", call=scene.call, on=False)
    await until(lambda: not room.routes)

    await scene.clerk.ask("call.end", call=scene.call)
    await until(lambda: scene.call not in worker.rooms)
    assert worker.closed == [(scene.call, "finished")]
    await scene.reviewer.ask("call.close", call=scene.call)
    await scene.reviewer.sees("hall", free=1, waiting=0)
    await until(lambda: worker.acked.get(scene.call) == 1)
    with scene.desk.k.store.reading() as conn:
        types = [entry.type for entry in entries_of(conn, f"call:{scene.call}")]
    assert (
        types.index("rec.start") < types.index("desk.room.leased") < types.index("desk.leg.joined")
    )
    assert "rec.end" in types


async def test_pages_are_told_by_patches_that_add_up(scene: Scene):
    await scene.talk()
    await scene.clerk.ask("call.end", call=scene.call)
    await scene.clerk.hears_event("recording.room_closed")
    state: dict = {}
    seen = 0
    seq = (await scene.clerk.ask("snapshot", stream=scene.stream))["seq"]
    await scene.clerk.hears(
        lambda message: message["type"] == "event" and message["seq"] == seq, "the last event"
    )
    for event in scene.clerk.told:
        if event["type"] == "event" and event["stream"] == scene.stream and event["seq"] <= seq:
            assert event["seq"] == seen + 1
            seen = event["seq"]
            state = merge(state, event["data"])
    assert state == await scene.clerk.snapshot(scene.stream)
    assert state["state"] == "wrap_up"


async def test_events_are_replayed_from_the_number_a_page_has_seen(scene: Scene):
    await scene.talk()
    late = await scene.desk.page(scene.desk.hall.clerk)
    newest = (await late.ask("subscribe", streams={scene.stream: 2}))["streams"][scene.stream]
    await late.hears(lambda one: one["type"] == "event" and one["seq"] == newest)
    numbers = [one["seq"] for one in late.told if one["type"] == "event"]
    assert numbers == list(range(3, newest + 1))


async def test_the_windows_citizen_may_withdraw(scene: Scene):
    await scene.talk()
    persons = (await scene.citizen.snapshot(scene.stream))["persons"]
    citizen = next(id_ for id_, one in persons.items() if one["kind"] == "citizen")
    await scene.citizen.ask("consent.withdraw", call=scene.call, person=citizen)
    await scene.clerk.sees(scene.stream, state="wrap_up", end_reason="consent_withdrawn")
    await scene.reviewer.sees(scene.stream, state="wrap_up", end_reason="consent_withdrawn")
    worker = scene.desk.worker
    await until(lambda: scene.call not in worker.rooms)
    assert worker.closed == [(scene.call, "consent_withdrawn")]
    # Said again, by whomever, it is done already.
    await scene.clerk.ask("consent.withdraw", call=scene.call, person=citizen)
    await scene.citizen.ask("consent.withdraw", call=scene.call, person=citizen)


async def test_a_withdrawal_ends_a_call_that_still_rings(scene: Scene):
    await scene.ring()
    await scene.agree()
    persons = (await scene.clerk.snapshot(scene.stream))["persons"]
    citizen = next(id_ for id_, one in persons.items() if one["kind"] == "citizen")
    await scene.clerk.ask("consent.withdraw", call=scene.call, person=citizen)
    for party in (scene.clerk, scene.citizen):
        state = await party.snapshot(scene.stream)
        assert (state["state"], state["end_reason"]) == ("declined_consent", "consent_withdrawn")
        assert "offer" not in state
    await until(lambda: scene.call not in scene.desk.worker.rooms)


async def test_declining_is_passed_on_to_the_next(scene: Scene):
    second = await scene.desk.page(scene.desk.hall.reviewers[1])
    await second.ask("presence.set", state="free")
    offer = await scene.ring()
    await scene.reviewer.ask("offer.decline", offer=offer, reason="finishing_case")
    await second.follow(f"staff:{second.actor.id}")
    await second.ask("offer.accept", offer=await second.rung())
    await scene.clerk.sees(scene.stream, state="connecting", reviewer=second.actor.id)


async def test_two_misses_set_away_and_one_key_brings_back(scene: Scene):
    lead = await scene.desk.page(scene.desk.hall.lead)
    await lead.follow("hall")
    clock = scene.desk.k.clock
    assert isinstance(clock, ManualClock)
    first = await scene.ring()
    clock.advance(20_000)
    me = f"staff:{scene.reviewer.actor.id}"
    await scene.reviewer.sees(me, misses=1)
    await scene.reviewer.rung(other_than=first)
    clock.advance(20_000)
    await scene.reviewer.sees(me, presence="away", reason="missed_calls")
    await lead.hears_event("hall.empty")
    await scene.clerk.sees(scene.stream, state="queued", place=1)
    await scene.reviewer.ask("presence.set", state="free")
    await scene.clerk.sees(scene.stream, state="offered")


async def test_nobody_connected_within_a_minute_fails_the_call(scene: Scene):
    await scene.accept(await scene.ring())
    clock = scene.desk.k.clock
    assert isinstance(clock, ManualClock)
    clock.advance(60_001)
    await scene.clerk.sees(scene.stream, state="failed", end_reason="not_connected")
    await until(lambda: scene.call not in scene.desk.worker.rooms)


async def test_health_and_quality_reach_both_ends(scene: Scene):
    window, _hall = await scene.talk()
    worker, clock = scene.desk.worker, scene.desk.k.clock
    await worker.tell(
        m.Health(
            call=scene.call,
            ok=True,
            last_durable_mono_ms=clock.mono_ms() - 1_500,
            tracks=[m.TrackHealth(leg=window, source=M, ok=True)],
        )
    )
    await worker.tell(
        m.LegQuality(
            call=scene.call,
            leg=window,
            incarnation=1,
            mono_ms=1,
            up_kbps=800,
            down_kbps=900,
            up_loss_permille=120,
            down_loss_permille=0,
            rtt_ms=40,
            jitter_ms=3,
        )
    )
    for party in (scene.clerk, scene.citizen, scene.reviewer):
        health = await party.hears("room.health")
        assert (health["ok"], health["durable_ago_ms"]) == (True, 1_500)
        quality = await party.hears("leg.quality")
        assert (quality["seat"], quality["level"], quality["rtt_ms"]) == ("window", "poor", 40)
    await scene.clerk.hears_event("recording.health")
    snapshot = await scene.clerk.snapshot(scene.stream)
    assert snapshot["recording"]["ok"] is True


async def test_each_word_of_the_recorder_counts_for_three_seconds(scene: Scene):
    """Told every second: one that comes late must not make the desk refuse what pages show green."""
    await scene.talk()
    worker, clock = scene.desk.worker, scene.desk.k.clock
    assert isinstance(clock, ManualClock)

    def is_healthy() -> bool:
        with scene.desk.k.store.reading() as conn:
            facts = facts_of_call(conn, scene.call, mono_ms=clock.mono_ms())
        return facts is not None and facts.healthy_now

    for passed_ms in (0, 1_000):
        clock.advance(passed_ms)
        now_ms = clock.mono_ms()
        health = m.Health(call=scene.call, ok=True, last_durable_mono_ms=now_ms, tracks=[])
        await worker.tell(health)
        await until(is_healthy)
    clock.advance(2_900)
    await until(is_healthy)
    clock.advance(200)
    assert not is_healthy()


async def test_of_all_words_that_wait_for_the_store_the_newest_is_written(
    scene: Scene, monkeypatch
):
    await scene.talk()
    worker, keeper = scene.desk.worker, scene.desk.made.rooms._keepers[scene.call]
    steps, written = [], []
    monkeypatch.setattr(keeper._inbox, "put", steps.append)

    async def fails_once(_action, command, **_):
        written.append(command.cause)
        if len(written) == 1:
            raise StoreUnavailable

    monkeypatch.setattr(keeper._tools.writer, "run", fails_once)
    for number in range(50):
        health = m.Health(
            call=scene.call, ok=False, cause=str(number), last_durable_mono_ms=1, tracks=[]
        )
        await worker.tell(health)
    (step,) = steps
    with pytest.raises(StoreUnavailable):
        await step()
    await step()
    assert written == ["49", "49"]
    await worker.tell(health)
    assert len(steps) == 2


async def test_a_recorder_that_says_nothing_is_red(scene: Scene):
    await scene.talk()
    worker, clock = scene.desk.worker, scene.desk.k.clock
    health = m.Health(call=scene.call, ok=True, last_durable_mono_ms=clock.mono_ms(), tracks=[])
    await worker.tell(health)
    await scene.clerk.hears("room.health")
    red = await scene.reviewer.hears(
        lambda one: one["type"] == "room.health" and not one["ok"], "red after 3 s"
    )
    assert red["cause"] == "no_report"
    await scene.clerk.sees(scene.stream, recording=scene_recording(await _snapshot(scene)))


async def _snapshot(scene: Scene):
    return await scene.clerk.snapshot(scene.stream)


def scene_recording(snapshot):
    return {**snapshot["recording"], "ok": False, "cause": "no_report"}


async def test_facts_are_committed_before_they_are_acknowledged(scene: Scene):
    window, _hall = await scene.talk()
    worker = scene.desk.worker
    await worker.fact(
        m.PartOpened,
        scene.call,
        mono_ms=5,
        part="aa" * 16,
        leg=window,
        site="counter",
        sources=[M],
        commitment=HASH,
        header_sha256=HASH,
    )
    await until(lambda: worker.acked.get(scene.call) == 1)
    # One that never reached the socket is read from the journal before the one that did.
    head = m.Head(part="aa" * 16, segments=1, record_sha256="1" * 64)
    scene.desk.files.write(m.Heads, scene.call, mono_ms=6, heads=[head])
    await worker.fact(
        m.RecordingFault, scene.call, mono_ms=7, cause="store_fault", detail="disk full"
    )
    await until(lambda: worker.acked.get(scene.call) == 3)
    with scene.desk.k.store.reading() as conn:
        types = [entry.type for entry in entries_of(conn, f"call:{scene.call}")]
    assert [kind for kind in types if kind.startswith("rec.")][-3:] == [
        "rec.part",
        "rec.head",
        "rec.fault",
    ]


async def test_media_refusals_come_under_their_own_code(scene: Scene):
    offer = await scene.ring()
    await scene.accept(offer)
    await scene.clerk.ask("leg.join", call=scene.call, sources=["microphone"])
    made = await scene.clerk.hears("leg.offer")
    scene.desk.worker.refuse_answers = "something_new"
    with pytest.raises(Refused) as refused:
        await scene.clerk.ask("leg.answer", leg=made["leg"], number=made["number"], sdp="x")
    assert (refused.value.code, refused.value.details["reason"]) == ("S-09", "something_new")
    with pytest.raises(Refused) as refused:
        await scene.reviewer.ask("leg.answer", leg=made["leg"], number=1, sdp="x")
    assert refused.value.code == "S-07"
    scene.desk.worker.linked = False
    with pytest.raises(Refused) as refused:
        await scene.clerk.ask("leg.restart", leg=made["leg"])
    assert refused.value.code == "S-08"


async def test_restarting_ice_makes_an_offer(scene: Scene):
    window, _hall = await scene.talk()
    before = len(scene.clerk.told)
    await scene.clerk.ask("leg.restart", leg=window)
    assert (await scene.clerk.hears("leg.offer", after=before))["leg"] == window


async def test_a_call_ended_by_the_desk_closes_its_room(scene: Scene):
    await scene.talk()
    command = EndCall(scene.call, EndReason.NOT_RESUMED)
    await scene.desk.k.writer.run(end_call, command, actor=SYSTEM)
    await until(lambda: scene.call not in scene.desk.worker.rooms)
