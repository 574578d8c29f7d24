"""RTP packets (RFC 3550 5.1) as the relay reads and rewrites them."""

import struct

from signaling.relay.codecs import ABS_SEND_TIME_ID

FIXED_HEADER_BYTES = 12
ONE_BYTE_EXTENSIONS = b"\xbe\xde"  # RFC 8285 4.2
_REWRITTEN = struct.Struct("!2sH4s4s")


class MalformedPacket(ValueError):
    """The packet's own lengths do not fit it."""


def layout(packet: bytes) -> tuple[int, int]:
    """Offsets of abs-send-time's three bytes (0 = absent) and of the payload.

    Raises `MalformedPacket` when CSRCs, extensions or padding leave the packet.
    """
    size = len(packet)
    if size < FIXED_HEADER_BYTES:
        raise MalformedPacket("shorter than the fixed header")
    first = packet[0]
    payload_at = FIXED_HEADER_BYTES + 4 * (first & 0x0F)
    stamp_at = 0
    if first & 0x10:
        if payload_at + 4 > size:
            raise MalformedPacket("extension header cut off")
        element = payload_at + 4
        end = element + 4 * int.from_bytes(packet[payload_at + 2 : payload_at + 4], "big")
        if end > size:
            raise MalformedPacket("extension leaves the packet")
        if packet[payload_at : payload_at + 2] == ONE_BYTE_EXTENSIONS:
            stamp_at = _find_abs_send_time(packet, element, end)
        payload_at = end
    if payload_at > size:
        raise MalformedPacket("CSRC list leaves the packet")
    if first & 0x20 and (payload_at == size or packet[-1] > size - payload_at):
        raise MalformedPacket("padding longer than the payload")
    return stamp_at, payload_at


def _find_abs_send_time(packet: bytes, element: int, end: int) -> int:
    while element < end:
        head = packet[element]
        if head == 0:  # padding between elements
            element += 1
            continue
        identifier = head >> 4
        length = (head & 0x0F) + 1
        if element + 1 + length > end:
            raise MalformedPacket("extension element leaves the extension")
        if identifier == ABS_SEND_TIME_ID:
            return element + 1 if length == 3 else 0
        if identifier == 15:  # RFC 8285: stop here
            return 0
        element += 1 + length
    return 0


def abs_send_time(now_ns: int) -> bytes:
    """24 bits of seconds with 18 fractional bits; any clock serves that runs evenly."""
    return (((now_ns << 18) // 1_000_000_000) & 0xFFFFFF).to_bytes(3, "big")


def rewritten(first_two: bytes, sequence: int, timestamp: bytes, ssrc: bytes, tail: bytes) -> bytes:
    """A packet under another SSRC and sequence number; `tail` is all after the fixed header."""
    return _REWRITTEN.pack(first_two, sequence, timestamp, ssrc) + tail
