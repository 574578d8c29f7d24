"""Heads of a call with many parts: each that moved is told, and none that stands is told again."""

from collections import Counter

from casework.ports import GapCause
from casework.worker_link.messages import Heads

S = 1_000_000_000
COMINGS = 9
STAYS_S, AWAY_S = 5, 2


def test_a_head_that_stands_is_told_once(scene, camera, media):
    for number in range(COMINGS):
        track = 2 * number + 2
        start = scene.clock.ns
        scene.open(track)
        frames = media.video[: STAYS_S * media.rate]
        sent = camera(start, frames=frames, ssrc=1000 + track).sent
        scene.play([(track, packet) for packet in sent], until_ns=start + STAYS_S * S)
        scene.close_track(track, GapCause.LEG_GONE)
        scene.until(scene.clock.ns + AWAY_S * S)
    scene.until(scene.clock.ns + 10 * S)
    scene.end()

    told = [event.heads for event in scene.of(Heads)]
    assert len(scene.closed) == COMINGS
    last = {head.part: head.record_sha256 for heads in told for head in heads}
    assert last == {part.part: part.record_sha256 for part in scene.closed}
    times = Counter((head.part, head.record_sha256) for heads in told for head in heads)
    assert set(times.values()) == {1}
    assert max(map(len, told)) <= 2


def test_who_takes_over_tells_all_heads_once(make_scene, camera, media):
    before = make_scene()
    start = before.clock.ns
    before.open(2)
    sent = camera(start, frames=media.video[: STAYS_S * media.rate]).sent
    before.play([(2, packet) for packet in sent], until_ns=start + STAYS_S * S)
    before.store.abandon()

    after = make_scene(clock=before.clock)
    after.until(after.clock.ns + 12 * S)
    after.end()
    [closed] = after.closed
    heads = [head for event in after.of(Heads) for head in event.heads]
    assert [(head.part, head.record_sha256) for head in heads] == [
        (closed.part, closed.record_sha256)
    ]
