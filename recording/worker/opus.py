"""Opus in RTP (RFC 7587): the payload is one Opus packet; its first byte tells the rest."""

_SILK_US = (10_000, 20_000, 40_000, 60_000)
_HYBRID_US = (10_000, 20_000)
_CELT_US = (2_500, 5_000, 10_000, 20_000)
MAX_PACKET_US = 120_000
CLOCK_RATE = 48_000

_FRAME_US = _SILK_US * 3 + _HYBRID_US * 2 + _CELT_US * 4
"""Length of one frame by the five configuration bits of the TOC byte (RFC 6716 table 2)."""


def is_stereo(packet: bytes) -> bool:
    """The s bit of the TOC byte (RFC 6716 3.1)."""
    return bool(packet[0] & 0x04)


def duration_us(packet: bytes) -> int:
    """Length of the packet in microseconds (RFC 6716 3.1 and 3.2); 0 for a malformed one."""
    toc = packet[0]
    frame, code = _FRAME_US[toc >> 3], toc & 3
    if code == 0:
        return frame
    if code < 3:
        return 2 * frame
    total = frame * (packet[1] & 0x3F) if len(packet) > 1 else 0
    return total if total <= MAX_PACKET_US else 0
