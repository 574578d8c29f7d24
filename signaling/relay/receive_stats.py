"""What a receiver report says of one stream (RFC 3550 6.4.1 and appendix A.3, A.8)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """One report block. `fraction_lost` is in 256ths since the last report, `jitter` in units of
    the stream's clock, `delay_since_sr` in 1/65536 s.
    """

    ssrc: int
    fraction_lost: int
    cumulative_lost: int
    highest_sequence: int
    jitter: int
    last_sr: int
    delay_since_sr: int


class ReceiveStats:
    __slots__ = (
        "_clock_rate",
        "_first",
        "_highest",
        "_jitter",
        "_prior_expected",
        "_prior_received",
        "_sr_arrival_ns",
        "_sr_middle",
        "_timestamp",
        "_transit",
        "octets",
        "packets",
    )

    def __init__(self, clock_rate: int) -> None:
        self._clock_rate = clock_rate
        self._first = -1
        self._highest = -1
        self._timestamp = b""
        self._transit = 0
        self._jitter = 0.0
        self._prior_expected = 0
        self._prior_received = 0
        self._sr_middle = 0
        self._sr_arrival_ns = 0
        self.packets = 0
        self.octets = 0

    def add(self, extended: int, timestamp: bytes, arrival_ns: int, size: int) -> None:
        """Counts a packet; `timestamp` are the four bytes of its header.

        Jitter is taken from a frame's first packet: the others left when the sender's pacer let
        them, which says nothing of the line (so do browsers).
        """
        self.packets += 1
        self.octets += size
        if extended > self._highest:
            if self._first < 0:
                self._first = extended
            self._highest = extended
            # Only packets in order tell of jitter: a resent one tells of loss.
            if timestamp != self._timestamp:
                self._measure_jitter(timestamp, arrival_ns)
        elif extended < self._first:
            self._first = extended

    def restart(self, extended: int) -> None:
        """The sender began its numbers anew with this one, which has been counted under another.

        What was lost before is forgotten, as by a receiver who hears of the stream for the first
        time (RFC 3550 A.1); packets and octets go on.
        """
        self._first = extended - self.packets + 1
        self._highest = extended
        self._prior_expected = self._prior_received = self.packets

    def _measure_jitter(self, timestamp: bytes, arrival_ns: int) -> None:
        units = arrival_ns * self._clock_rate // 1_000_000_000
        transit = (units - int.from_bytes(timestamp, "big")) & 0xFFFFFFFF
        if self._timestamp:
            change = (transit - self._transit) & 0xFFFFFFFF
            if change & 0x80000000:
                change = 0x100000000 - change
            self._jitter += (change - self._jitter) / 16
        self._timestamp = timestamp
        self._transit = transit

    def sender_report(self, ntp: int, arrival_ns: int) -> None:
        self._sr_middle = (ntp >> 16) & 0xFFFFFFFF
        self._sr_arrival_ns = arrival_ns

    @property
    def expected(self) -> int:
        return self._highest - self._first + 1 if self._first >= 0 else 0

    @property
    def jitter_ms(self) -> float:
        return self._jitter * 1000 / self._clock_rate

    def report(self, ssrc: int, now_ns: int) -> ReportBlock:
        """A block over the time since the last call."""
        expected = self.expected - self._prior_expected
        lost = max(0, expected - (self.packets - self._prior_received))
        self._prior_expected = self.expected
        self._prior_received = self.packets
        since_sr = (now_ns - self._sr_arrival_ns) * 65536 // 1_000_000_000
        cumulative = self.expected - self.packets
        return ReportBlock(
            ssrc=ssrc,
            fraction_lost=min(255, lost * 256 // expected) if expected > 0 else 0,
            cumulative_lost=max(-0x800000, min(0x7FFFFF, cumulative)),
            highest_sequence=(self._highest - 0x10000) & 0xFFFFFFFF,
            jitter=min(0xFFFFFFFF, int(self._jitter)),
            last_sr=self._sr_middle,
            delay_since_sr=min(0xFFFFFFFF, since_sr) if self._sr_middle else 0,
        )
