"""Cut links, dying workers and desks: the same call goes on, in the same recording."""

import asyncio

from casework.ports import TrackSource
from casework.store.reading import entries_of
from casework.worker_link import messages as m
from scenes.fake_worker import FakeWorker
from scenes.sockets import Scene, until
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


async def test_a_page_that_left_while_the_link_was_cut_is_gone(scene: Scene):
    window, _hall = await scene.talk()
    worker = scene.desk.worker
    await worker.cut()
    await scene.clerk.close()
    del worker.rooms[scene.call].legs[window]
    await worker.leg_is(scene.call, window, "closed", "left")
    await worker.connect(scene.desk.made.rooms, again=True)
    await scene.reviewer.sees(scene.stream, state="interrupted")
