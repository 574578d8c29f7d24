"""The count by clear headers: whose packets they are, which came, how late, in which runs."""

import random
import struct

import pytest

from bench.media.counting import BUCKET_NS, ReceivedStream, RunMeter, Tally
from bench.media.identity import RUN_PACKETS, Identifier, Places
from bench.media.schedule import packet_sizes
from bench.media.streams import PublishedStream

OVERHEAD = 36
SECOND = {0: 0, 1: 5, 2: 10}


class Line:
    """A publisher and a server that rewrites all it may: number, SSRC, time stamp."""

    def __init__(self, schedule, board, participant, video):
        self.number = 2 * participant + video
        start = schedule.start(SECOND[participant])
        first = start.video if video else start.audio
        self.sizes = packet_sizes(schedule, video)
        self.board = board.stream(self.number)
        self.stream = PublishedStream(
            self.number, first, video=video, schedule=schedule, board=board
        )
        self.shift = random.randrange(1 << 16)

    def send(self):
        """Sequence number and size as a subscriber sees them, and the packet's own number."""
        k = self.stream.next_number
        packet = self.stream.next()
        self.stream.sending()
        sequence = struct.unpack_from("!H", packet, 2)[0]
        return (sequence + self.shift) & 0xFFFF, self.sizes[k % len(self.sizes)] + OVERHEAD, k


def identified(lines, line):
    places = Places(line.sizes)
    identifier = Identifier(places, {one.number: one.board for one in lines})
    for _ in range(RUN_PACKETS + 10):
        sequence, size, k = line.send()
        known = identifier.packet(sequence, size)
        if known is not None:
            return known, k
    raise AssertionError("not identified")


@pytest.mark.parametrize("video", [False, True])
@pytest.mark.parametrize("skipped", [0, 100, 3_000])
def test_a_stream_is_known_by_its_sizes_wherever_one_joins(schedule, board, video, skipped):
    lines = [Line(schedule, board, participant, video) for participant in (0, 1, 2)]
    for line in lines:
        for _ in range(skipped):
            line.send()
    for line in lines:
        known, k = identified(lines, line)
        assert (known.number, known.k, known.overhead) == (line.number, k, OVERHEAD)


def test_a_run_with_a_gap_is_not_believed(schedule, board):
    line = Line(schedule, board, 0, True)
    identifier = Identifier(Places(line.sizes), {line.number: line.board})
    for _ in range(3):
        for _ in range(RUN_PACKETS - 1):
            sequence, size, _k = line.send()
            assert identifier.packet(sequence, size) is None
        line.send()


def test_loss_duplicates_reordering_and_wrap_around_are_counted_right(schedule, board):
    line = Line(schedule, board, 1, True)
    known, begun = identified([line], line)
    stream = ReceivedStream(line.sizes, line.board, known)
    first = begun + 1
    sent = [line.send() for _ in range(70_000)]  # the sequence number goes round
    lost, doubled = set(range(500, 70_000, 1_000)), set(range(700, 70_000, 7_000))
    arriving = [packet for n, packet in enumerate(sent) if n not in lost]
    for at in range(100, len(arriving), 977):
        arriving[at], arriving[at + 3] = arriving[at + 3], arriving[at]
    arriving += [sent[n] for n in sorted(doubled) if n > 60_000]
    for sequence, size, k in arriving:
        stream.packet(sequence, size, line.board[k % 4096] + BUCKET_NS * 3, timed=k >= 69_000)
    assert stream.received(first, first + 70_000) == 70_000 - len(lost)
    assert stream.duplicates == len([n for n in doubled if n > 60_000])
    assert stream.strangers == 0
    assert set(stream.delays) <= {3}


def test_a_packet_of_another_size_than_its_number_is_a_stranger(schedule, board):
    line = Line(schedule, board, 0, True)
    known, _ = identified([line], line)
    stream = ReceivedStream(line.sizes, line.board, known)
    sequence, size, k = line.send()
    stream.packet(sequence, size + 1, 0, timed=False)
    assert (stream.strangers, stream.received(k, k + 1)) == (1, 0)


def test_runs_end_at_larger_packets_after_shorter_ones_and_after_two_milliseconds():
    meter = RunMeter()
    for size, at_ms in [(900, 0), (900, 0.1), (700, 0.2), (700, 0.3), (700, 1), (700, 3), (800, 3)]:
        meter.packet(size, int(at_ms * 1e6))
    assert (meter.runs, meter.packets) == (4, 7)


def test_the_tally_gives_share_and_percentile():
    tally = Tally(expected=1000, received=999)
    tally.delays.update({0: 980, 100: 19})
    assert tally.delivery == pytest.approx(0.999)
    assert tally.delay_ms(0.5) == pytest.approx(BUCKET_NS / 1e6)
    assert tally.delay_ms(0.99) == pytest.approx(101 * BUCKET_NS / 1e6)
    assert Tally().delay_ms(0.99) == Tally().delivery == Tally().mean_run == 0
