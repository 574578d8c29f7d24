"""Pages connect while it rings, the one that is rung too; what they have is let in when the call is
taken.
"""

import asyncio
from typing import Any

import pytest

from casework.store.reading import entries_of
from scenes.sockets import Refused, Scene, until
from scenes.waiting import DEADLINE_S


def _entries(scene: Scene) -> list[str]:
    with scene.desk.k.store.reading() as conn:
        return [entry.type for entry in entries_of(conn, f"call:{scene.call}")]


async def test_a_leg_that_waits_is_connected_and_let_in_by_the_acceptance(scene: Scene):
    offer = await scene.ring()
    await scene.agree()
    window = await scene.join(scene.clerk, "microphone", "camera", "citizen_camera")
    before = await scene.clerk.snapshot(scene.stream)
    assert before["legs"][window]["admitted"] == []
    assert before["state"] == "offered"
    room = scene.desk.worker.rooms[scene.call]
    assert not room.admitted.get(window)
    assert "rec.expect" not in _entries(scene)

    await scene.accept(offer)
    await until(lambda: len(room.admitted.get(window) or ()) == 5, "let in")
    hall = await scene.join(scene.reviewer, "microphone", "camera")
    after = await scene.clerk.sees(scene.stream, state="active")
    assert set(after["legs"]) == {window, hall}
    assert room.offers == 2
    assert _entries(scene).count("rec.expect") == 2


async def test_a_ring_that_is_given_up_leaves_nothing_that_a_recording_missed(scene: Scene):
    await scene.ring()
    await scene.agree()
    await scene.join(scene.clerk, "microphone", "camera", "citizen_camera")
    await scene.clerk.ask("call.cancel", call=scene.call)
    await until(lambda: scene.desk.worker.acked.get(scene.call) == 1)
    recorded = [kind for kind in _entries(scene) if kind.startswith("rec.")]
    assert recorded == ["rec.start", "rec.end"]


async def until_connected(scene: Scene, *legs: str) -> dict[str, Any]:
    async with asyncio.timeout(DEADLINE_S):
        while True:
            data = await scene.clerk.snapshot(scene.stream)
            if all(data["legs"][leg]["state"] == "connected" for leg in legs):
                return data
            await asyncio.sleep(0.02)


async def test_the_one_who_is_rung_is_connected_and_her_answer_begins_the_call(scene: Scene):
    offer = await scene.ring()
    await scene.agree()
    window = await scene.join(scene.clerk, "microphone", "camera", "citizen_camera")
    hall = await scene.join(scene.reviewer, "microphone", "camera")
    waiting = await until_connected(scene, window, hall)
    assert waiting["state"] == "offered"
    assert waiting["legs"][hall]["admitted"] == []
    room = scene.desk.worker.rooms[scene.call]
    assert not room.admitted.get(hall)

    before = len(scene.clerk.told)
    await scene.accept(offer)
    await scene.clerk.sees(scene.stream, state="active")
    await until(lambda: room.admitted.get(hall) and room.admitted.get(window), "let in")
    assert room.offers == 2, "nobody connected anew"
    events = [one["kind"] for one in scene.clerk.told[before:] if one["type"] == "event"]
    assert "call.accepted" in events
    told = _entries(scene)
    assert told.index("desk.call.accepted") < told.index("desk.call.active")


async def test_nobody_sits_down_in_the_hall_but_the_one_who_is_rung(scene: Scene):
    await scene.ring()
    other = await scene.desk.page(scene.desk.hall.reviewers[1])
    with pytest.raises(Refused) as refused:
        await other.ask("leg.join", call=scene.call, sources=["microphone", "camera"])
    assert refused.value.slug == "not_in_this_call"


async def test_who_declines_has_to_go_and_the_next_one_gets_the_seat(scene: Scene):
    second = await scene.desk.page(scene.desk.hall.reviewers[1])
    await second.ask("presence.set", state="free")
    offer = await scene.ring()
    await scene.agree()
    await scene.join(scene.clerk, "microphone", "camera", "citizen_camera")
    hall = await scene.join(scene.reviewer, "microphone", "camera")
    await scene.reviewer.ask("offer.decline", offer=offer, reason="finishing_case")
    worker = scene.desk.worker
    await until(lambda: (hall, None) in worker.closed_legs, "the line of the first is closed")
    with pytest.raises(Refused):
        await scene.reviewer.ask("leg.join", call=scene.call, sources=["microphone"])
    with pytest.raises(Refused):
        await scene.reviewer.ask("leg.leave", leg=hall)

    again = await second.rung()
    assert await scene.join(second, "microphone", "camera") == hall
    await second.ask("offer.accept", offer=again)
    data = await scene.clerk.sees(scene.stream, state="active", reviewer=second.actor.id)
    assert data["legs"][hall]["staff"] == second.actor.id
