"""Publishers that send anything: the recorder neither fails, nor floods disk or ledger."""

import random
from collections import deque

import pytest

from casework.ports import GapCause, TrackSource
from casework.worker_link.messages import RoomClosed
from recording.parts import PartReader
from recording.webm_index import read_clusters, read_header
from recording.worker import call_store
from recording.worker.frames import OpusAssembler, Vp8Assembler
from recording.worker.reorder import MAX_JUMP, Reorder
from recording.worker.rtp import ARRIVAL, SEQ

MS = 1_000_000
S = 1_000_000_000
KEY = bytes(range(32))


@pytest.mark.parametrize("seed", range(6))
def test_garbage_on_every_field(scene, media, synthetic, seed):
    """Ten seconds of packets with the right SSRC and everything else at random."""
    rng = random.Random(seed)
    scene.open(1)
    scene.open(2)
    keyframe = media.video[0]
    seqs, times = {1: 0, 2: 0}, {1: 0, 2: 0}
    for number in range(4_000):
        at = scene.clock.ns + 2_500_000
        scene.until(at)
        track = rng.choice((1, 2))
        seqs[track] += rng.choice((1, 1, 1, 1, 2, -3, 700, 40_000))
        times[track] += rng.choice((960, 3000, 3000, 0, -960, 1 << 20, 1 << 31))
        body = rng.choice(
            (
                rng.randbytes(rng.randrange(40)),
                b"\x90\x80\x80" + rng.randbytes(1) + keyframe[: rng.randrange(12, 400)],
                media.audio[number % 500],
                b"",
            )
        )
        data = synthetic.rtp_packet(
            seqs[track], times[track], 1000 + track, body, marker=rng.random() < 0.5
        )
        begins = 12
        if rng.random() < 0.05:
            data = bytes([rng.randrange(256)]) + data[1:]
            begins = rng.randrange(12, len(data) + 1)
        scene.tap.rtp(track, seqs[track], data, begins, at)
        if rng.random() < 0.02:
            first = max(0, seqs[track] + rng.randrange(-65_536, 65_536))
            last = first + rng.randrange(65_536)
            scene.tap.lost(track, first, last, at)
            scene.tap.sender_report(track, rng.getrandbits(64), rng.getrandbits(32), at)
    scene.until(scene.clock.ns + 5 * S)
    scene.end()
    assert len(scene.opened) <= 30
    assert len(scene.gaps) <= 300
    for gap in scene.gaps:
        assert gap.from_mono_ms <= gap.to_mono_ms
    for part in scene.opened:
        data = b"".join(PartReader.open(scene.directory, part.part).plaintexts(KEY))
        header = read_header(data)
        times_ms = [c.time_ms for c in read_clusters(data, header.size, 0)]
        assert times_ms == sorted(times_ms)


class Sink:
    def __init__(self):
        self.seen = []
        self.counts = []

    def packets(self, ready):
        while ready:
            self.seen.append(ready.popleft()[SEQ])

    def missing(self, count, cause):
        self.seen.append(None)
        self.counts.append(count)


@pytest.mark.parametrize("size", [1, 7, 90, 2_000])
@pytest.mark.parametrize("seed", range(2))
def test_reorder_gives_each_packet_once_and_in_order(seed, size):
    rng = random.Random(seed)
    sink = Sink()
    reorder = Reorder(sink)
    packets = [(1, 60_000 + n, b"", 12, n * MS + rng.randrange(80 * MS)) for n in range(12_000)]
    packets.sort(key=lambda packet: packet[ARRIVAL])
    while packets:
        batch, packets = packets[:size], packets[size:]
        reorder.push(deque(p for p in batch for _ in range(rng.choice((1, 1, 1, 2)))))
        assert len(reorder._held) <= 1_100
    reorder.flush()
    assert sink.seen == [60_000 + n for n in range(12_000)]


@pytest.mark.parametrize("size", [1, 300])
@pytest.mark.parametrize("start", [70_000, 5_400])
def test_numbers_that_fall_back_and_begin_anew_are_followed(start, size):
    """Late packets are dropped until there are too many of them to be late."""
    sink = Sink()
    reorder = Reorder(sink)
    for first in (start, 5_000):
        packets = [(1, first + n, b"", 12, n * 20 * MS) for n in range(300)]
        while packets:
            batch, packets = packets[:size], packets[size:]
            reorder.push(deque(batch))
    reorder.flush()
    before, after = sink.seen[:300], sink.seen[300:]
    assert before == [start + n for n in range(300)]
    # None: nobody can tell how much is missing where numbers begin anew.
    assert after == [None, *range(5_063, 5_300)]


def test_numbers_that_leap_ahead_are_a_loss_of_what_they_skip():
    sink = Sink()
    reorder = Reorder(sink)
    for first in (65_500, 65_800 + MAX_JUMP + 1):
        for n in range(300):
            reorder.push(deque([(1, first + n, b"", 12, n * 20 * MS)]))
    assert sink.seen.index(None) == 300
    assert sink.counts == [MAX_JUMP + 1]
    assert sink.seen[301:] == [65_800 + MAX_JUMP + 1 + n for n in range(300)]


def test_now_and_then_a_late_packet_is_no_new_beginning():
    sink = Sink()
    reorder = Reorder(sink)
    for n in range(500):
        reorder.push(deque([(1, 5_000 + n, b"", 12, n * 20 * MS)]))
        if n >= 10:  # the beginning is known by then
            reorder.push(deque([(1, 4_000, b"", 12, n * 20 * MS)]))
    assert sink.seen == [5_000 + n for n in range(500)]


def test_a_frame_without_end_is_dropped(synthetic, media):
    frames = []
    assembler = Vp8Assembler(lambda frame, missing: frames.append(frame), lambda: None)
    for number in range(6_000):
        head = b"\x90\x80\x80\x01" if number == 0 else b"\x80\x80\x80\x01"
        data = synthetic.rtp_packet(number, 5, 1, head + bytes(1_200))
        assembler.packets(deque([(1, number, data, 12, 0)]))
    assert frames == []
    assert assembler._bytes <= 4 << 20


def test_an_opus_packet_of_any_first_byte_has_a_sane_length(synthetic):
    frames = []
    assembler = OpusAssembler(lambda frame, missing: frames.append(frame))
    for first in range(256):
        for second in (0, 1, 63):
            data = synthetic.rtp_packet(first, first, 1, bytes([first, second]))
            assembler.packets(deque([(1, first, data, 12, 0)]))
    assert len(frames) == 768
    assert all(0 <= frame.duration_us <= 120_000 for frame in frames)


def test_a_call_has_no_more_parts_than_its_log_can_name(scene, microphone, monkeypatch):
    """A page that comes back again and again costs its own recording, not the end of the call's."""
    monkeypatch.setattr(call_store, "MAX_PARTS", 4)
    for _ in range(8):
        scene.open(1)
        start = scene.clock.ns
        scene.play([(1, p) for p in microphone(start).sent[:100]], until_ns=start + 3 * S)
        scene.close_track(1, GapCause.LEG_GONE)
        scene.until(scene.clock.ns + 2 * S)
    assert len(scene.opened) == 4
    scene.core.expect("clerk", [TrackSource.MICROPHONE])
    scene.until(scene.clock.ns + 2 * S)
    assert not scene.health.ok
    scene.end()
    assert isinstance(scene.events[-1], RoomClosed)
    last = max(part.mono_ms for part in scene.closed)
    assert max(gap.to_mono_ms for gap in scene.gaps) - last > 15_000
