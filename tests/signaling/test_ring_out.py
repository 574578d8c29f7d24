"""A call that nobody answers at first keeps the one recording it was armed with."""

import pytest

from casework.clock import ManualClock
from casework.store.reading import entries_of
from scenes.sockets import Scene, until


async def _let_it_ring_out(scene: Scene) -> None:
    clock = scene.desk.k.clock
    assert isinstance(clock, ManualClock)
    await scene.ring()
    await until(lambda: scene.call in scene.desk.worker.rooms)
    me = f"staff:{scene.reviewer.actor.id}"
    clock.advance(20_000)
    await scene.reviewer.sees(me, misses=1)
    await scene.clerk.sees(scene.stream, state="offered")
    clock.advance(20_000)
    await scene.reviewer.sees(me, presence="away")
    await scene.clerk.sees(scene.stream, state="queued")


async def test_a_call_that_rang_out_is_recorded_when_it_is_answered(scene: Scene):
    await _let_it_ring_out(scene)
    await scene.reviewer.ask("presence.set", state="free")
    await scene.clerk.sees(scene.stream, state="offered")
    state = await scene.reviewer.snapshot(f"staff:{scene.reviewer.actor.id}")
    await scene.accept(state["offer"]["offer"])
    await scene.join(scene.clerk, "microphone", "camera")
    await scene.join(scene.reviewer, "microphone", "camera")
    await scene.agree()
    await scene.clerk.sees(scene.stream, state="active")
    assert scene.desk.worker.closed == []
    await scene.clerk.ask("call.end", call=scene.call)
    await until(lambda: scene.desk.worker.closed == [(scene.call, "finished")])
    await until(lambda: scene.desk.worker.acked.get(scene.call) == 1)
    with scene.desk.k.store.reading() as conn:
        types = [entry.type for entry in entries_of(conn, f"call:{scene.call}")]
    recorded = [kind for kind in types if kind.startswith("rec.")]
    assert recorded == ["rec.start", "rec.expect", "rec.expect", "rec.end"]


@pytest.mark.parametrize("hours", [-3, 3])
async def test_a_ring_lasts_as_long_as_ever_when_the_wall_clock_is_set(scene: Scene, hours: int):
    clock = scene.desk.k.clock
    assert isinstance(clock, ManualClock)
    await scene.ring()
    clock.set_wall(clock.wall_ms() + hours * 3_600_000)
    clock.advance(19_000)
    await scene.reviewer.ask("ping")
    me = f"staff:{scene.reviewer.actor.id}"
    assert (await scene.reviewer.snapshot(me))["offer"]
    clock.advance(1_000)
    await scene.reviewer.sees(me, misses=1)


async def test_a_call_given_up_in_the_queue_ends_the_recording_it_rang_with(scene: Scene):
    await _let_it_ring_out(scene)
    await scene.clerk.ask("call.cancel", call=scene.call)
    await until(lambda: scene.call not in scene.desk.worker.rooms)
    await until(lambda: scene.desk.worker.acked.get(scene.call) == 1)
