"""RTP packets (RFC 3550 5.1) as the tap heard them, as far as a recorder needs them."""

from typing import Final

Packet = tuple[int, int, bytes, int, int]
"""What `MediaTap.rtp` was told: track, extended sequence number, packet, offset of its payload,
arrival in nanoseconds. A plain tuple from the tap to the frame: there are hundreds a second.
"""

SEQ: Final = 1
ARRIVAL: Final = 4
"""Places in a `Packet`."""

TIME_MODULUS = 1 << 32
_HALF_TIME = TIME_MODULUS // 2


def payload_end(packet: bytes) -> int:
    """Where the padding begins, or the packet ends. Not behind the payload's offset means that
    there is none: probing without RTX sends padding alone.
    """
    return len(packet) - packet[-1] if packet[0] & 0x20 else len(packet)


def unwrap_time(value: int, reference: int) -> int:
    """The time that is `value` in 32 bits and lies nearest to `reference` (RFC 1982 arithmetic)."""
    return reference + (value - reference + _HALF_TIME) % TIME_MODULUS - _HALF_TIME
