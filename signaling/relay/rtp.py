"""RTP packets (RFC 3550 5.1) as the relay reads and rewrites them."""

import struct

from signaling.relay.codecs import ABS_SEND_TIME_ID

FIXED_HEADER_BYTES = 12
ONE_BYTE_EXTENSIONS = b"\xbe\xde"  # RFC 8285 4.2
_EXTENSION_ALONE = 0x10  # of the first byte without its version: X set, P and CC not
_ABS_SEND_TIME_HEAD = ABS_SEND_TIME_ID << 4 | 2  # three bytes (RFC 8285 4.2)
_FIXED_HEADER = struct.Struct("!2sH4s4s")


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


class HeaderLayout:
    """`layout` of one stream's packets, remembering the last: a sender lays out all alike.

    With the same first byte and the same extension head everything has the same length. The stamp
    is where it was if its element's head is; a sender who puts another element's data there spoils
    three bytes of his own.
    """

    __slots__ = ("_first", "_head", "_payload_at", "_stamp_at")

    def __init__(self) -> None:
        self._first = -1
        self._head = b""
        self._stamp_at = 0
        self._payload_at = 0

    def of(self, packet: bytes) -> tuple[int, int]:
        """As `layout`; raises `MalformedPacket`."""
        if (
            packet[0] == self._first
            and packet[12:16] == self._head
            and len(packet) >= self._payload_at
            and packet[self._stamp_at - 1] == _ABS_SEND_TIME_HEAD
        ):
            return self._stamp_at, self._payload_at
        stamp_at, payload_at = found = layout(packet)
        # Remembered only without CSRCs and padding: a packet of video or voice as browsers send it.
        if stamp_at and packet[0] & 0x3F == _EXTENSION_ALONE:
            self._first, self._head = packet[0], packet[12:16]
            self._stamp_at, self._payload_at = stamp_at, payload_at
        return found


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


fixed_header = _FIXED_HEADER.pack
"""(first two bytes, 16-bit sequence number, time stamp, SSRC) as the twelve bytes of a packet's
fixed header; all but the number as bytes in network order.
"""
