"""A desk that comes back finds a leg in the store that the worker does not hold: nobody sits there."""

import asyncio

import pytest

from scenes.sockets import Party, Scene
from signaling.rooms import keeper as keeper_module


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(keeper_module, "UNHEARD_S", 0.3)


async def back_without(scene: Scene, leg: str) -> Party:
    """The desk restarts; meanwhile the worker lost the leg. The reviewer's page, which is back."""
    desk, worker = scene.desk, scene.desk.worker
    await desk.stop()
    worker.rooms[scene.call].legs.pop(leg, None)
    await desk.start()
    reviewer = await desk.page(desk.hall.reviewers[0])
    await reviewer.follow(scene.stream)
    return reviewer


@pytest.mark.usefixtures("impatient")
async def test_a_page_that_left_while_the_desk_was_down_is_gone(scene: Scene):
    window, hall = await scene.talk()
    reviewer = await back_without(scene, window)
    assert await scene.attach(reviewer, hall) is True
    await reviewer.hears(lambda one: one.get("seat") == "window" and one.get("here") is False)
    # The hall is heard of, the window is not.
    await scene.desk.worker.leg_is(scene.call, hall, "connected")
    state = await reviewer.sees(scene.stream, state="interrupted", recheck_due=True)
    states = {leg: one["state"] for leg, one in state["legs"].items()}
    assert states == {window: "gone", hall: "connected"}
    # It may come back as after any absence.
    clerk = await scene.desk.page(scene.desk.hall.clerk)
    await clerk.follow(scene.stream)
    assert await scene.attach(clerk, window) is False
    assert await scene.join(clerk, "microphone", "camera", "citizen_camera") == window
    await reviewer.sees(scene.stream, state="active")


async def test_its_end_is_heard_when_the_worker_tells_it_late(scene: Scene):
    window, _hall = await scene.talk()
    desk, worker = scene.desk, scene.desk.worker
    await desk.stop()
    del worker.rooms[scene.call].legs[window]
    await worker.leg_is(scene.call, window, "closed", "left")
    await desk.start()
    reviewer = await desk.page(desk.hall.reviewers[0])
    state = await reviewer.sees(scene.stream, state="interrupted")
    assert state["legs"][window]["state"] == "closed"


async def test_a_page_that_comes_back_in_time_was_never_gone(scene: Scene, monkeypatch):
    monkeypatch.setattr(keeper_module, "UNHEARD_S", 2.0)
    window, hall = await scene.talk()
    reviewer = await back_without(scene, window)
    clerk = await scene.desk.page(scene.desk.hall.clerk)
    await clerk.follow(scene.stream)
    assert await scene.attach(clerk, window) is False
    assert await scene.join(clerk, "microphone", "camera", "citizen_camera") == window
    await scene.desk.worker.leg_is(scene.call, hall, "connected")
    await reviewer.sees(scene.stream, state="active")
    await asyncio.sleep(2.5)  # longer than it is waited for: nothing must happen then
    assert (await reviewer.snapshot(scene.stream))["state"] == "active"


@pytest.mark.usefixtures("impatient")
async def test_a_page_that_joined_and_left_before_the_worker_heard_of_it_is_gone(
    scene: Scene, monkeypatch
):
    window, hall = await scene.talk()

    async def never(_spec):
        await asyncio.Event().wait()

    newer = await scene.desk.page(scene.desk.hall.clerk)
    with monkeypatch.context() as dying:
        dying.setattr(scene.desk.worker, "open_leg", never)
        await newer.ask("leg.join", call=scene.call, sources=["microphone", "camera"])
        reviewer = await back_without(scene, "")  # what it holds is the page before
    await scene.desk.worker.leg_is(scene.call, hall, "connected")
    await scene.desk.worker.leg_is(scene.call, window, "connected", incarnation=1)
    await reviewer.hears_event("leg.gone")
    state = await reviewer.snapshot(scene.stream)
    assert state["legs"][window]["state"] == "gone"
