"""Reloads, dropped sockets, dying workers and desks: the same call, the same seats, the same recording."""

import asyncio

import pytest

from casework.ports import TrackSource
from casework.store.reading import entries_of
from casework.worker_link import messages as m
from scenes.fake_worker import FakeWorker
from scenes.sockets import Refused, Scene, until
from signaling.rooms import keeper as keeper_module

HASH = "0" * 64
M = TrackSource.MICROPHONE


def part(leg: str, name: str = "aa") -> dict:
    return {
        "mono_ms": 5,
        "part": name * 16,
        "leg": leg,
        "site": "counter",
        "sources": [M],
        "commitment": HASH,
        "header_sha256": HASH,
    }


async def test_a_reload_keeps_leg_and_call_and_the_newest_page_wins(scene: Scene):
    window, _hall = await scene.talk()
    newer = await scene.desk.page(scene.desk.hall.clerk)
    await newer.follow(scene.stream)
    leg = await scene.join(newer, "microphone", "camera")
    assert leg == window
    replaced = await scene.clerk.hears("leg.replaced")
    assert replaced["leg"] == window
    state = await newer.sees(scene.stream, state="active", recheck_due=True)
    assert len(state["legs"]) == 2
    kinds = [one["kind"] for one in newer.told if one["type"] == "event"]
    assert kinds.index("leg.joined") < len(kinds) - 1 - kinds[::-1].index("leg.connected")
    # The one that was put off has no say about the leg any more.
    with pytest.raises(Refused) as refused:
        await scene.clerk.ask("leg.answer", leg=window, number=9, sdp="x")
    assert refused.value.code == "S-07"


async def test_the_end_of_an_older_page_is_not_taken_for_that_of_the_newer(
    scene: Scene, monkeypatch
):
    window, _hall = await scene.talk()
    worker = scene.desk.worker
    open_leg = worker.open_leg

    async def open_after_the_old_one_closed(spec):
        # A page that goes says so (close_notify), and comes back faster than that is told.
        await worker.leg_is(spec.call, spec.leg, "closed", "left")
        return await open_leg(spec)

    monkeypatch.setattr(worker, "open_leg", open_after_the_old_one_closed)
    newer = await scene.desk.page(scene.desk.hall.clerk)
    await newer.follow(scene.stream)
    assert await scene.join(newer, "microphone", "camera") == window
    state = await newer.sees(scene.stream, state="active", recheck_due=True)
    assert state["legs"][window]["state"] == "connected"


async def test_a_page_gets_no_offer_of_the_one_before_it(scene: Scene, monkeypatch):
    window, _hall = await scene.talk()
    worker = scene.desk.worker
    open_leg = worker.open_leg

    async def open_after_the_old_one_renegotiates(spec):
        offer = m.Offer(number=7, sdp="v=0\r\no=- 7 7 IN IP4 127.0.0.1\r\n")
        await worker.tell(m.Reoffer(call=spec.call, leg=spec.leg, incarnation=1, offer=offer))
        return await open_leg(spec)

    monkeypatch.setattr(worker, "open_leg", open_after_the_old_one_renegotiates)
    newer = await scene.desk.page(scene.desk.hall.clerk)
    await newer.follow(scene.stream)
    assert await scene.join(newer, "microphone", "camera") == window
    assert [one["number"] for one in newer.told if one["type"] == "leg.offer"] != [7]
    assert 7 not in [number for leg, number, _ in worker.answers if leg == window]


async def test_who_comes_back_while_the_room_is_busy_keeps_the_seat(scene: Scene, monkeypatch):
    window, hall = await scene.talk()
    worker = scene.desk.worker
    open_leg, may_open, asked = worker.open_leg, asyncio.Semaphore(0), 0

    async def open_leg_slowly(spec):
        nonlocal asked
        asked += 1
        if spec.leg == window:
            await may_open.acquire()
        return await open_leg(spec)

    monkeypatch.setattr(worker, "open_leg", open_leg_slowly)
    joining = [asyncio.create_task(scene.join(scene.clerk, "microphone", "camera"))]
    await until(lambda: asked == 1)
    await scene.reviewer.ask("leg.leave", leg=hall)
    newer = await scene.desk.page(scene.desk.hall.clerk)
    await newer.follow(scene.stream)
    joining.append(asyncio.create_task(scene.join(newer, "microphone", "camera")))
    await newer.sees(scene.stream, state="interrupted")
    may_open.release()
    # The room now acts by a plan in which the hall has left, and the hall comes back meanwhile.
    await until(lambda: asked == 2)
    heard = len(scene.reviewer.told)
    await scene.reviewer.ask("leg.join", call=scene.call, sources=["microphone", "camera"])
    may_open.release()
    await scene.answer(scene.reviewer, heard)
    await newer.sees(scene.stream, state="active")
    joining[0].cancel()
    await asyncio.gather(*joining, return_exceptions=True)


async def test_a_dropped_socket_keeps_the_media(scene: Scene):
    window, _hall = await scene.talk()
    await scene.reviewer.follow(scene.stream)
    await scene.clerk.close()
    gone = await scene.reviewer.hears("page.presence")
    assert (gone["seat"], gone["here"]) == ("window", False)
    assert (await scene.reviewer.snapshot(scene.stream))["state"] == "active"
    back = await scene.desk.page(scene.desk.hall.clerk)
    assert await scene.attach(back, window) is True
    await scene.reviewer.hears(lambda one: one["type"] == "page.presence" and one["here"])
    await back.hears("leg.streams")
    assert scene.desk.worker.rooms[scene.call].offers == 2
    # Messages of the worker reach the new socket.
    streams = [m.Stream(mid="d0", source_leg="x", site="hall", source="camera", kind="video")]
    await scene.desk.worker.tell(
        m.Streams(call=scene.call, leg=window, incarnation=1, streams=streams)
    )
    told = await back.hears(lambda one: one["type"] == "leg.streams" and one["streams"])
    assert told["streams"][0]["mid"] == "d0"


async def test_a_leg_of_another_seat_or_call_cannot_be_attached(scene: Scene):
    window, hall = await scene.talk()
    for party, leg in ((scene.clerk, hall), (scene.citizen, window), (scene.reviewer, window)):
        with pytest.raises(Refused) as refused:
            await party.ask("leg.attach", call=scene.call, leg=leg, incarnation=1)
        assert refused.value.code == "S-07"


async def test_a_silent_leg_interrupts_and_comes_back(scene: Scene):
    window, _hall = await scene.talk()
    await scene.desk.worker.leg_is(scene.call, window, "gone")
    await scene.reviewer.sees(scene.stream, state="interrupted")
    await scene.desk.worker.leg_is(scene.call, window, "connected")
    await scene.reviewer.sees(scene.stream, state="active")
    room = scene.desk.worker.rooms[scene.call]
    await until(lambda: M in room.admitted[window])


async def test_leaving_in_order_closes_the_leg(scene: Scene):
    window, _hall = await scene.talk()
    await scene.clerk.ask("leg.leave", leg=window)
    await scene.reviewer.sees(scene.stream, state="interrupted")
    await until(lambda: (window, None) in scene.desk.worker.closed_legs)
    # And may come again on the same seat.
    assert await scene.join(scene.clerk, "microphone", "camera") == window
    await scene.reviewer.sees(scene.stream, state="active")


async def test_a_cut_link_is_not_a_dead_worker(scene: Scene):
    window, _hall = await scene.talk()
    worker = scene.desk.worker
    offers = worker.rooms[scene.call].offers
    await worker.cut()
    scene.desk.files.write(m.PartOpened, scene.call, **part(window))
    await worker.connect(scene.desk.made.rooms, again=True)
    await until(lambda: worker.acked.get(scene.call) == 1)
    await asyncio.sleep(1.2)  # longer than the patience with a cut link: nothing must happen then
    assert (await scene.clerk.snapshot(scene.stream))["state"] == "active"
    assert worker.rooms[scene.call].offers == offers


async def test_what_was_missed_during_a_cut_link_is_found_out(scene: Scene):
    window, hall = await scene.talk()
    worker = scene.desk.worker
    await worker.leg_is(scene.call, window, "gone")
    await scene.clerk.sees(scene.stream, state="interrupted")
    await worker.cut()
    await worker.connect(scene.desk.made.rooms, again=True)
    # The window came back while nobody listened; its quality says that it is connected.
    await worker.tell(
        m.LegQuality(
            call=scene.call,
            leg=window,
            incarnation=1,
            mono_ms=1,
            up_kbps=1,
            down_kbps=1,
            up_loss_permille=0,
            down_loss_permille=0,
            rtt_ms=None,
            jitter_ms=None,
        )
    )
    await scene.clerk.sees(scene.stream, state="active")
    assert hall


async def test_an_adopted_leg_that_nobody_speaks_of_is_gone(scene: Scene, monkeypatch):
    monkeypatch.setattr(keeper_module, "UNHEARD_S", 0.3)
    await scene.talk()
    await scene.desk.worker.cut()
    await scene.desk.worker.connect(scene.desk.made.rooms, again=True)
    await scene.clerk.sees(scene.stream, state="interrupted")


async def test_a_dead_worker_is_replaced_in_the_same_call_and_recording(scene: Scene):
    window, _hall = await scene.talk()
    worker = scene.desk.worker
    await worker.fact(m.PartOpened, scene.call, **part(window))
    await until(lambda: worker.acked.get(scene.call) == 1)
    heard = (len(scene.clerk.told), len(scene.reviewer.told))
    await worker.die()
    # Journalled but never told: the worker died between its disk and the socket.
    scene.desk.files.write(m.PartOpened, scene.call, **part(window, "bb"))
    await worker.connect(scene.desk.made.rooms)
    await scene.clerk.hears("room.state", after=heard[0])
    await scene.answer(scene.clerk, heard[0])
    await scene.answer(scene.reviewer, heard[1])
    await scene.clerk.sees(scene.stream, state="active")
    room = worker.rooms[scene.call]
    assert room.epoch == 2
    await until(lambda: M in room.admitted.get(window, ()))
    await worker.fact(m.PartOpened, scene.call, **part(window, "cc"))
    await until(lambda: worker.acked.get(scene.call) == 3)
    with scene.desk.k.store.reading() as conn:
        types = [entry.type for entry in entries_of(conn, f"call:{scene.call}")]
    assert types.count("rec.start") == 1
    assert types.count("rec.part") == 3
    assert "desk.call.worker_lost" in types


async def test_another_worker_takes_over_from_one_that_stays_away(scene: Scene):
    await scene.talk()
    second = FakeWorker("worker-2", scene.desk.files)
    await second.connect(scene.desk.made.rooms)
    heard = len(scene.clerk.told)
    await scene.desk.worker.die()
    await until(lambda: scene.call in second.rooms)
    await scene.answer(scene.clerk, heard)
    # The first one comes back and still thinks that it has the room: it is told to drop it.
    stale = scene.desk.worker
    stale.rooms[scene.call] = type(second.rooms[scene.call])(epoch=1)
    await stale.connect(scene.desk.made.rooms)
    await until(lambda: scene.call not in stale.rooms)
    assert scene.call in second.rooms


async def test_a_desk_that_restarts_takes_its_calls_up_again(scene: Scene):
    window, hall = await scene.talk()
    desk, worker = scene.desk, scene.desk.worker
    offers = worker.rooms[scene.call].offers
    await desk.stop()
    assert scene.call in worker.rooms
    # Recorded while there was no desk.
    desk.files.write(m.PartOpened, scene.call, **part(window))
    await desk.start()
    await until(lambda: worker.acked.get(scene.call) == 1)
    clerk = await desk.page(desk.hall.clerk)
    reviewer = await desk.page(desk.hall.reviewers[0])
    assert await scene.attach(clerk, window) is True
    assert await scene.attach(reviewer, hall) is True
    assert (await clerk.snapshot(f"call:{scene.call}"))["state"] == "active"
    assert worker.rooms[scene.call].offers == offers
    await clerk.ask("call.end", call=scene.call)
    await until(lambda: scene.call not in worker.rooms)


async def test_who_stays_away_after_the_whole_node_died_is_not_taken_for_connected(scene: Scene):
    window, _hall = await scene.talk()
    desk, worker = scene.desk, scene.desk.worker
    await desk.stop()
    worker.rooms.clear()
    await desk.start()
    await until(lambda: scene.call in worker.rooms)
    scene.reviewer = await desk.page(desk.hall.reviewers[0])
    await scene.reviewer.follow(scene.stream)
    hall = await scene.join(scene.reviewer, "microphone", "camera")
    await until(lambda: hall in worker.rooms[scene.call].legs)
    state = await scene.reviewer.sees(scene.stream, state="interrupted", recheck_due=True)
    assert state["legs"][window]["state"] == "gone"
    scene.clerk = await desk.page(desk.hall.clerk)
    await scene.clerk.follow(scene.stream)
    assert await scene.join(scene.clerk, "microphone", "camera", "citizen_camera") == window
    await scene.clerk.sees(scene.stream, state="active")
    with desk.k.store.reading() as conn:
        types = [entry.type for entry in entries_of(conn, scene.stream)]
    assert types.count("desk.call.worker_lost") == types.count("desk.call.interrupted") == 1


async def test_an_interruption_counts_that_no_desk_saw(scene: Scene):
    window, _hall = await scene.talk()
    desk, worker = scene.desk, scene.desk.worker
    await desk.stop()
    await worker.leg_is(scene.call, window, "gone")
    await worker.leg_is(scene.call, window, "connected")
    await desk.start()
    clerk = await desk.page(desk.hall.clerk)
    state = await clerk.sees(scene.stream, state="active", recheck_due=True)
    assert state["legs"][window]["state"] == "connected"
    with desk.k.store.reading() as conn:
        types = [entry.type for entry in entries_of(conn, scene.stream)]
    assert types.count("desk.call.interrupted") == 1


async def test_a_ring_goes_on_after_the_desk_restarted(scene: Scene):
    offer = await scene.ring()
    desk = scene.desk
    await desk.stop()
    await desk.start()
    reviewer = await desk.page(desk.hall.reviewers[0])
    state = await reviewer.snapshot(f"staff:{reviewer.actor.id}")
    assert state["offer"]["offer"] == offer
    await reviewer.ask("offer.accept", offer=offer)


async def test_a_call_that_ended_without_its_worker_is_settled_from_the_disk(
    scene: Scene, monkeypatch
):
    monkeypatch.setattr(keeper_module, "SETTLE_AFTER_S", 0.3)
    window, _hall = await scene.talk()
    await scene.desk.worker.die()
    scene.desk.files.held = True
    await scene.clerk.ask("call.end", call=scene.call)
    await asyncio.sleep(0.8)
    assert scene.desk.files.settled == []
    scene.desk.files.held = False
    await until(lambda: scene.desk.files.settled)
    assert (window, "microphone") in scene.desk.files.settled[0][1]
    await scene.clerk.hears_event("recording.room_closed")


async def test_pages_are_sent_away_with_a_word_when_the_desk_stops(scene: Scene):
    await scene.desk.client.server.close()
    await until(lambda: scene.clerk.close_code is not None)
    assert scene.clerk.told[-1] == {"type": "bye", "reason": "restart"}
    assert scene.clerk.close_code == 1012


async def test_a_leg_that_is_gone_for_a_moment_keeps_what_was_let_in(scene: Scene):
    window, _hall = await scene.talk()
    before = (await scene.clerk.snapshot(scene.stream))["legs"][window]["admitted"]
    await scene.desk.worker.leg_is(scene.call, window, "gone")
    state = await scene.clerk.sees(scene.stream, state="interrupted")
    # Its page would stop sending just when its line is back.
    assert state["legs"][window]["admitted"] == before


async def test_a_page_that_was_away_is_told_who_is_away(scene: Scene):
    window, _hall = await scene.talk()
    await scene.reviewer.close()
    await scene.clerk.hears(lambda one: one["type"] == "page.presence" and one["seat"] == "hall")
    await scene.clerk.close()
    back = await scene.desk.page(scene.desk.hall.clerk)
    await scene.attach(back, window)
    told = await back.hears("page.presence")
    assert (told["seat"], told["here"]) == ("hall", False)


async def test_an_offer_that_was_lost_with_a_socket_is_made_again(scene: Scene):
    window, _hall = await scene.talk()
    heard = len(scene.clerk.told)
    await scene.clerk.ask("leg.restart", leg=window)
    lost = await scene.clerk.hears("leg.offer", after=heard)
    await scene.clerk.close()
    back = await scene.desk.page(scene.desk.hall.clerk)
    await scene.attach(back, window)
    again = await back.hears("leg.offer")
    assert again["number"] > lost["number"]
    await back.ask("leg.answer", leg=window, number=again["number"], sdp="v=0")
    await back.close()
    later = await scene.desk.page(scene.desk.hall.clerk)
    await scene.attach(later, window)
    await later.hears("leg.streams")
    assert not [one for one in later.told if one["type"] == "leg.offer"]


async def test_an_answer_that_went_down_with_the_desk_is_asked_for_again(scene: Scene):
    window, _hall = await scene.talk()
    desk, heard = scene.desk, len(scene.clerk.told)
    await scene.clerk.ask("leg.restart", leg=window)
    lost = await scene.clerk.hears("leg.offer", after=heard)
    await desk.stop()
    await desk.start()
    back = await desk.page(desk.hall.clerk)
    assert await scene.attach(back, window) is True
    again = await back.hears("leg.offer")
    assert again["number"] > lost["number"]


async def test_a_page_whose_seat_the_worker_never_heard_of_joins_anew(scene: Scene, monkeypatch):
    window, _hall = await scene.talk()
    desk, worker = scene.desk, scene.desk.worker

    async def never(_spec):
        await asyncio.Event().wait()

    newer = await desk.page(desk.hall.clerk)
    await newer.follow(scene.stream)
    with monkeypatch.context() as dying:
        dying.setattr(worker, "open_leg", never)
        joined = await newer.ask("leg.join", call=scene.call, sources=["microphone", "camera"])
        scene.incarnations[window] = joined["incarnation"]
        await desk.stop()
    await desk.start()
    # What the worker still holds there is the transport of the page before.
    scene.clerk = await desk.page(desk.hall.clerk)
    await scene.clerk.follow(scene.stream)
    assert await scene.attach(scene.clerk, window) is False
    assert await scene.join(scene.clerk, "microphone", "camera") == window


async def test_an_offer_that_was_made_while_the_link_was_cut_is_made_again(scene: Scene):
    window, _hall = await scene.talk()
    worker, heard = scene.desk.worker, len(scene.clerk.told)
    await worker.cut()
    unheard = worker.rooms[scene.call].offer(window)
    await worker.connect(scene.desk.made.rooms, again=True)
    again = await scene.clerk.hears("leg.offer", after=heard)
    assert again["number"] > unheard.number


async def test_an_answer_is_taken_while_a_worker_is_still_telling_its_rooms(scene: Scene):
    window, _hall = await scene.talk()
    worker, heard = scene.desk.worker, len(scene.clerk.told)
    await scene.clerk.ask("leg.restart", leg=window)
    offer = await scene.clerk.hears("leg.offer", after=heard)
    worker.here = False  # as it is until the last of them has been looked at
    await scene.clerk.ask("leg.answer", leg=window, number=offer["number"], sdp="v=0")
    assert worker.rooms[scene.call].unanswered == {}


async def test_an_answer_that_the_worker_could_not_be_told_is_asked_for_again(scene: Scene):
    window, _hall = await scene.talk()
    worker, heard = scene.desk.worker, len(scene.clerk.told)
    await scene.clerk.ask("leg.restart", leg=window)
    lost = await scene.clerk.hears("leg.offer", after=heard)
    worker.linked = False
    with pytest.raises(Refused):
        await scene.clerk.ask("leg.answer", leg=window, number=lost["number"], sdp="v=0")
    heard = len(scene.clerk.told)
    worker.linked = True
    again = await scene.clerk.hears("leg.offer", after=heard)
    assert again["number"] > lost["number"]


async def test_a_page_that_left_while_the_link_was_cut_is_gone(scene: Scene):
    window, _hall = await scene.talk()
    worker = scene.desk.worker
    await worker.cut()
    await scene.clerk.close()
    del worker.rooms[scene.call].legs[window]
    await worker.leg_is(scene.call, window, "closed", "left")
    await worker.connect(scene.desk.made.rooms, again=True)
    await scene.reviewer.sees(scene.stream, state="interrupted")
