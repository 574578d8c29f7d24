"""Many datagrams with few calls: runs, and what happens where the kernel cannot segment."""

import asyncio
import errno
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.relay.counters import Counters
from signaling.relay.hold import HOLD_SECONDS, Hold
from signaling.relay.segmentation import MOST_BYTES, MOST_SEGMENTS, SegmentedSender, first_run
from signaling.relay.udp import MOST_PER_TURN, UdpSocket


@pytest.fixture
def reader():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        opened.bind(("127.0.0.1", 0))
        opened.settimeout(2)
        yield opened


@given(st.lists(st.integers(1, 1400), min_size=1, max_size=200))
def test_a_run_is_what_the_kernel_segments(sizes):
    datagrams = [bytes(size) for size in sizes]
    start = 0
    while start < len(datagrams):
        end = first_run(datagrams, start)
        run = sizes[start:end]
        assert 1 <= len(run) <= MOST_SEGMENTS
        assert sum(run) <= MOST_BYTES
        assert all(size == run[0] for size in run[:-1])
        assert run[-1] <= run[0]
        full = len(run) == MOST_SEGMENTS or sum(run) + run[0] > MOST_BYTES
        if end < len(sizes) and not full:
            assert sizes[end] > run[0] or run[-1] < run[0], "no run ends before it must"
        start = end


@pytest.mark.parametrize("segments", [True, False])
def test_every_datagram_arrives_whole_and_in_order(reader, segments):
    counters = Counters()
    sizes = [1200] * 70 + [1201, 1201, 90] + [1200, 1200, 300, 1200] + [80] * 5 + [1]
    datagrams = [bytes([n % 251]) * size for n, size in enumerate(sizes)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.setblocking(False)
        sender = SegmentedSender(opened, counters)
        sender.segments = segments
        sender.send_all(datagrams, reader.getsockname())
    assert [reader.recv(2048) for _ in datagrams] == datagrams
    assert not counters


class Refusing:
    """A socket whose kernel or card knows no segmentation."""

    def __init__(self, error):
        self.error = error
        self.sent = []
        self.tried = 0

    def sendto(self, datagram, to):
        self.sent.append(datagram)

    def sendmsg(self, datagrams, ancillary, flags, to):
        self.tried += 1
        raise OSError(self.error, "no")


@pytest.mark.parametrize("error", [errno.EIO, errno.EINVAL])
def test_a_refusal_is_remembered_and_nothing_is_lost(error):
    counters, udp = Counters(), Refusing(error)
    sender = SegmentedSender(udp, counters)
    datagrams = [bytes(100)] * 3
    for _ in range(2):
        sender.send_all(datagrams, ("192.0.2.1", 9))
    assert udp.sent == datagrams * 2
    assert udp.tried == 1
    assert counters["udp.segmentation_refused"] == 1


def test_another_error_is_not_taken_for_a_refusal():
    counters, udp = Counters(), Refusing(errno.ENETUNREACH)
    sender = SegmentedSender(udp, counters)
    for _ in range(2):
        sender.send_all([bytes(100)] * 3, ("192.0.2.1", 9))
    assert (udp.tried, sender.segments) == (2, True)
    assert len(udp.sent) == 6


def test_a_full_buffer_is_loss():
    counters, udp = Counters(), Refusing(errno.EAGAIN)
    SegmentedSender(udp, counters).send_all([bytes(100)] * 3, ("192.0.2.1", 9))
    assert counters["udp.send_buffer_full"] == 3
    assert udp.sent == []


class Leg:
    def __init__(self):
        self.sent = 0

    def send_held(self):
        self.sent += 1
        if self.sent == 1:
            raise RuntimeError("one leg's fault")


async def test_what_is_held_in_a_turn_leaves_at_its_end(eventually):
    counters, seen = Counters(), []
    opened = UdpSocket("127.0.0.1", 0, 1 << 16, counters, Hold())
    first, second = Leg(), Leg()
    second.sent = 10

    def receive(udp, arrived, now_ns):
        seen.extend(datagram for datagram, _ in arrived)
        udp.hold(first)
        udp.hold(second)
        assert (first.sent, second.sent) in {(0, 10), (1, 11)}

    opened.watch(asyncio.get_running_loop(), receive)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"one", ("127.0.0.1", opened.port))
        await eventually(lambda: seen == [b"one"])
        assert (first.sent, second.sent) == (1, 11), "a fault of one leg is not another's"
        assert counters["fault.send"] == 1
        client.sendto(b"two", ("127.0.0.1", opened.port))
        await eventually(lambda: seen == [b"one", b"two"])
    opened.hold(second)
    assert second.sent == 13, "outside a turn nothing waits"
    opened.close()


class Turns:
    """What each turn of a socket brought."""

    def __init__(self, hold):
        self.opened = UdpSocket("127.0.0.1", 0, 1 << 22, Counters(), hold)
        self.sizes = []
        loop = asyncio.get_running_loop()
        self.opened.watch(loop, lambda _, arrived, _now: self.sizes.append(len(arrived)))


@pytest.fixture
def sender():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        yield opened


async def test_what_comes_during_a_hold_is_read_in_its_turn(sender, eventually, monkeypatch):
    turns = Turns(Hold())
    try:
        to = ("127.0.0.1", turns.opened.port)

        def others_send_meanwhile(seconds):
            assert seconds == HOLD_SECONDS
            for _ in range(20):
                sender.sendto(b"x", to)

        monkeypatch.setattr("signaling.relay.hold.time.sleep", others_send_meanwhile)
        sender.sendto(b"x", to)
        await eventually(lambda: turns.sizes)
        assert turns.sizes == [21]
    finally:
        turns.opened.close()


async def test_what_a_turn_had_no_time_for_is_not_held_again(sender, eventually, monkeypatch):
    slept = []
    monkeypatch.setattr("signaling.relay.hold.time.sleep", slept.append)
    turns = Turns(Hold())
    try:
        for _ in range(2 * MOST_PER_TURN):
            sender.sendto(b"x", ("127.0.0.1", turns.opened.port))
        await eventually(lambda: sum(turns.sizes) == 2 * MOST_PER_TURN)
        assert turns.sizes == [MOST_PER_TURN, MOST_PER_TURN]
        assert slept == [HOLD_SECONDS]
    finally:
        turns.opened.close()


def test_no_packet_waits_through_the_holds_of_two_sockets(monkeypatch):
    slept = []
    monkeypatch.setattr("signaling.relay.hold.time.sleep", slept.append)
    hold = Hold()
    for one in ("first", "second", "first", "second"):
        hold.wait(one)
    assert slept == [HOLD_SECONDS] * 2
    hold.wait("first")
    hold.wait("first")
    assert len(slept) == 4, "each turn of one socket has its hold"
