"""A desk that comes back finds a leg in the store that the worker does not hold: nobody sits there."""

import asyncio

import pytest

from scenes.sockets import Party, Scene
from scenes.waiting import DEADLINE_S, until
from signaling.rooms import keeper as keeper_module
from signaling.rooms.room import Room
from signaling.rooms.sitting import Sitting


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


async def states_of(page: Party, scene: Scene) -> dict[str, str]:
    return {leg: one["state"] for leg, one in (await page.snapshot(scene.stream))["legs"].items()}


def watch(monkeypatch) -> list[list[Sitting]]:
    """What each look for unheard legs finds from now on."""
    found: list[list[Sitting]] = []
    unheard = Room.unheard

    def look(room: Room, seconds: float) -> list[Sitting]:
        found.append(unheard(room, seconds))
        return found[-1]

    monkeypatch.setattr(Room, "unheard", look)
    return found


@pytest.mark.usefixtures("impatient")
async def test_a_page_that_left_while_the_desk_was_down_is_gone(scene: Scene):
    window, hall = await scene.talk()
    reviewer = await back_without(scene, window)
    assert await scene.attach(reviewer, hall) is True
    await reviewer.hears(lambda one: one.get("seat") == "window" and one.get("here") is False)
    # The hall is heard of, the window is not.
    await scene.desk.worker.leg_is(scene.call, hall, "connected")
    await reviewer.sees(scene.stream, state="interrupted", recheck_due=True)
    # It may have been held for gone as well before it was heard of.
    async with asyncio.timeout(DEADLINE_S):
        while await states_of(reviewer, scene) != {window: "gone", hall: "connected"}:
            await asyncio.sleep(0.02)
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
    monkeypatch.setattr(keeper_module, "UNHEARD_S", 3_600.0)
    window, hall = await scene.talk()
    reviewer = await back_without(scene, window)
    clerk = await scene.desk.page(scene.desk.hall.clerk)
    await clerk.follow(scene.stream)
    assert await scene.attach(clerk, window) is False
    assert await scene.join(clerk, "microphone", "camera", "citizen_camera") == window
    await scene.desk.worker.leg_is(scene.call, hall, "connected")
    await reviewer.sees(scene.stream, state="active")
    room = scene.desk.made.rooms._keepers[scene.call].room
    await until(lambda: [one for one in room.sittings.values() if one.leg == hall])
    await until(
        lambda: all(s.unheard_since is None for s in room.sittings.values() if s.leg == hall)
    )
    monkeypatch.setattr(keeper_module, "UNHEARD_S", 0.0)  # the time is over
    looks = watch(monkeypatch)
    await until(lambda: len(looks) > 2)
    assert looks == [[]] * len(looks)
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
