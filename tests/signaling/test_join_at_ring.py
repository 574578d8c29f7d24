"""Pages of the counter connect while it rings; what they have is let in when the call is taken."""

from casework.store.reading import entries_of
from scenes.sockets import Scene, until


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
