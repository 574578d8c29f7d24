"""Opus in RTP (RFC 7587): the payload is one Opus packet; its first byte tells the rest."""

_SILK_US = (10_000, 20_000, 40_000, 60_000)
_HYBRID_US = (10_000, 20_000)
_CELT_US = (2_500, 5_000, 10_000, 20_000)
MAX_PACKET_US = 120_000
CLOCK_RATE = 48_000


def is_stereo(packet: bytes) -> bool:
    """The s bit of the TOC byte (RFC 6716 3.1)."""
    return bool(packet[0] & 0x04)


def duration_us(packet: bytes) -> int:
    """Length of the packet in microseconds (RFC 6716 3.1 and 3.2); 0 for a malformed one."""
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame = _SILK_US[config & 3]
    elif config < 16:
        frame = _HYBRID_US[config & 1]
    else:
        frame = _CELT_US[config & 3]
    count = (1, 2, 2, packet[1] & 0x3F if len(packet) > 1 else 0)[code]
    total = frame * count
    return total if total <= MAX_PACKET_US else 0
