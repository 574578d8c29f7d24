"""The fixed part of an RTP packet (RFC 3550 5.1), as far as a recorder needs it."""

TIME_MODULUS = 1 << 32


class RtpPacket:
    """One packet; `seq` is extended. `payload` is empty for padding alone (probing without RTX
    sends such packets).
    """

    __slots__ = ("arrival_ns", "marker", "payload", "seq", "timestamp")

    def __init__(
        self, seq: int, timestamp: int, payload: bytes, arrival_ns: int, *, marker: bool
    ) -> None:
        self.seq = seq
        self.timestamp = timestamp
        self.payload = payload
        self.arrival_ns = arrival_ns
        self.marker = marker


def parse(extended: int, data: bytes, payload_at: int, arrival_ns: int) -> RtpPacket:
    """A packet whose lengths the relay has checked."""
    end = len(data) - data[-1] if data[0] & 0x20 else len(data)
    timestamp = int.from_bytes(data[4:8], "big")
    return RtpPacket(
        extended, timestamp, data[payload_at:end], arrival_ns, marker=bool(data[1] & 0x80)
    )


def unwrap(value: int, reference: int, modulus: int) -> int:
    """The number congruent to `value` that lies nearest to `reference` (RFC 1982 arithmetic)."""
    half = modulus // 2
    return reference + (value - reference + half) % modulus - half
