"""The fixed part of an RTP packet (RFC 3550 5.1), as far as a recorder needs it."""

import struct

_FIXED = struct.Struct(">BBHII")
_EXTENSION = struct.Struct(">HH")
SEQ_MODULUS = 1 << 16
TIME_MODULUS = 1 << 32


class RtpPacket:
    """One packet; `payload` is empty for padding alone (probing without RTX sends such packets)."""

    __slots__ = ("arrival_ns", "marker", "payload", "seq", "ssrc", "timestamp")

    def __init__(
        self, seq: int, timestamp: int, ssrc: int, payload: bytes, arrival_ns: int, *, marker: bool
    ) -> None:
        self.seq = seq
        self.timestamp = timestamp
        self.ssrc = ssrc
        self.payload = payload
        self.arrival_ns = arrival_ns
        self.marker = marker


def parse(data: bytes, arrival_ns: int) -> RtpPacket | None:
    """None for bytes that are no well-formed RTP packet."""
    length = len(data)
    if length < _FIXED.size:
        return None
    first, second, seq, timestamp, ssrc = _FIXED.unpack_from(data)
    if first >> 6 != 2:
        return None
    start = _FIXED.size + 4 * (first & 0x0F)
    if first & 0x10:
        if length < start + _EXTENSION.size:
            return None
        start += _EXTENSION.size + 4 * _EXTENSION.unpack_from(data, start)[1]
    if first & 0x20:
        padding = data[-1]
        if padding == 0:
            return None
        length -= padding
    if length < start:
        return None
    return RtpPacket(
        seq, timestamp, ssrc, data[start:length], arrival_ns, marker=bool(second & 0x80)
    )


def unwrap(value: int, reference: int, modulus: int) -> int:
    """The number congruent to `value` that lies nearest to `reference` (RFC 1982 arithmetic)."""
    half = modulus // 2
    return reference + (value - reference + half) % modulus - half
