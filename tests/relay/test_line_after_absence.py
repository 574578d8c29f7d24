"""What a leg lost while it was away says nothing of its line when it is back."""

import pytest

from casework.ports import TrackKind
from signaling.relay.downlink import DownlinkStream
from signaling.relay.receive_stats import ReportBlock
from signaling.relay.ring import PacketRing
from signaling.relay.slots import Slot

FIRST = 1_000


class Leg:
    def send_rtp(self, header, rest):
        pass

    def send_rtcp(self, compound):
        pass


@pytest.fixture
def stream() -> DownlinkStream:
    slot = Slot("video-1", TrackKind.VIDEO, 1, "stream-1", 77)
    return DownlinkStream(slot, Leg(), PacketRing(), None, FIRST)


def run(stream: DownlinkStream, numbers: range) -> None:
    stream.open_gate(numbers[0])
    for number in numbers:
        stream.forward(number, b"\x80\x60", b"\0\0\0\0", b"payload", 7)


def reported(stream: DownlinkStream, highest: int, fraction_lost: int) -> int:
    block = ReportBlock(77, fraction_lost, 0, highest, 0, 0, 0)
    stream.round_trip_ns(block, 0)
    return stream.loss_256ths


def test_loss_within_a_run_is_believed(stream):
    run(stream, range(100))
    reported(stream, FIRST + 50, 0)
    assert reported(stream, FIRST + 99, 80) == 80


def test_the_report_that_tells_of_the_absence_is_not(stream):
    run(stream, range(100))
    reported(stream, FIRST + 30, 0)
    assert reported(stream, FIRST + 30, 200) == 200
    stream.restart()
    assert stream.loss_256ths == 0
    run(stream, range(400, 420))
    assert reported(stream, FIRST + 30, 0) == 0  # written before anything of the run came
    assert (
        reported(stream, FIRST + 104, 190) == 0
    )  # the first that did: all the rest was lost before
    assert reported(stream, FIRST + 119, 60) == 60
