"""Offers and answers that went down with a socket, a link or the desk are asked for again."""

import asyncio

import pytest

from scenes.sockets import Refused, Scene


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
