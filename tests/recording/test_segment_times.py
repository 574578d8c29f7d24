"""Lines that stand still, hurry and come late: no segment lies before the one it follows."""

import random

import pytest

MS = 1_000_000
S = 1_000_000_000
LONG_S = 11
STALLS_S = (0.2, 0.5, 1, 2, 3, 5)
BEGINS_LATE_MS = (0, 300, 1_000, 2_500, 4_000)
SEEDS = (3, 10, 14, 21, 23, 28, 40, 43)
"""Lines on which estimates fall, and frames come late, by more than a segment is long."""


def delayed(sent, start_ns, rng, stalls, begins_late_ns):
    """The packets of one track as a bad line brings them; one in a hundred never comes."""
    delay = rng.choice((0, 40, 150, 400)) * MS
    for packet in sent:
        since, at = packet.at_ns - start_ns, packet.at_ns + delay
        if since < begins_late_ns:
            at = max(at, start_ns + begins_late_ns)
        for begins, lasts in stalls:
            if begins <= at - start_ns < begins + lasts:
                at = start_ns + begins + lasts
        if rng.random() < 0.03:
            at += round(rng.random() * 3 * S)
        if rng.random() >= 0.01:
            packet.at_ns = at
            yield packet


@pytest.mark.parametrize("seed", SEEDS)
def test_segments_never_run_backwards(scene, camera, microphone, synthetic, seed):
    rng = random.Random(seed)
    start = scene.clock.ns
    begins_late = rng.choice(BEGINS_LATE_MS) * MS
    stalls = [
        (round(rng.random() * LONG_S * S), round(rng.choice(STALLS_S) * S), rng.choice((1, 2, 3)))
        for _ in range(rng.randint(1, 4))
    ]
    lines = {
        track: sorted(
            delayed(
                publisher.sent,
                start,
                rng,
                [(begins, lasts) for begins, lasts, tracks in stalls if tracks & track],
                begins_late,
            ),
            key=lambda packet: packet.at_ns,
        )
        for track, publisher in ((2, camera()), (1, microphone()))
    }
    scene.open(1)
    scene.open(2)
    stream = synthetic.merged(*([(track, one) for one in sent] for track, sent in lines.items()))
    scene.play(stream, until_ns=start + 18 * S)
    scene.end()
    for part in scene.opened:
        before = 0
        for record in scene.records(part.part):
            assert before <= record.first_mono_ms <= record.last_mono_ms
            before = record.first_mono_ms
