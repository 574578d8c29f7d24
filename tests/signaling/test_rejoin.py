"""Reloads, dropped sockets and silent legs: the same call, the same seats."""

import asyncio

import pytest

from casework.ports import TrackSource
from casework.worker_link import messages as m
from scenes.sockets import Refused, Scene, until

M = TrackSource.MICROPHONE


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
