"""RTP packets (RFC 3550 5.1) as the relay reads and rewrites them."""

import struct
from functools import lru_cache

from signaling.relay.codecs import ABS_SEND_TIME_ID, TRANSPORT_NUMBER_ID

FIXED_HEADER_BYTES = 12
ONE_BYTE_EXTENSIONS = b"\xbe\xde"  # RFC 8285 4.2
_EXTENSION_ALONE = 0x10  # of the first byte without its version: X set, P and CC not
_ABS_SEND_TIME_HEAD = ABS_SEND_TIME_ID << 4 | 2  # three bytes (RFC 8285 4.2)
_TRANSPORT_NUMBER_HEAD = TRANSPORT_NUMBER_ID << 4 | 1  # two bytes
_PADDING = b"\0\0\0"  # as long as the transport-wide number with its head
_FIXED_HEADER = struct.Struct("!2sH4s4s")


class MalformedPacket(ValueError):
    """The packet's own lengths do not fit it."""


Layout = tuple[int, int, int]
"""Offsets of abs-send-time's three bytes and of the transport-wide number's two (0 = absent), and
of the payload."""


def layout(packet: bytes) -> Layout:
    """Raises `MalformedPacket` when CSRCs, extensions or padding leave the packet."""
    size = len(packet)
    if size < FIXED_HEADER_BYTES:
        raise MalformedPacket("shorter than the fixed header")
    first = packet[0]
    payload_at = FIXED_HEADER_BYTES + 4 * (first & 0x0F)
    stamp_at = number_at = 0
    if first & 0x10:
        if payload_at + 4 > size:
            raise MalformedPacket("extension header cut off")
        element = payload_at + 4
        end = element + 4 * int.from_bytes(packet[payload_at + 2 : payload_at + 4], "big")
        if end > size:
            raise MalformedPacket("extension leaves the packet")
        if packet[payload_at : payload_at + 2] == ONE_BYTE_EXTENSIONS:
            stamp_at, number_at = _find_elements(packet, element, end)
        payload_at = end
    if payload_at > size:
        raise MalformedPacket("CSRC list leaves the packet")
    if first & 0x20 and (payload_at == size or packet[-1] > size - payload_at):
        raise MalformedPacket("padding longer than the payload")
    return stamp_at, number_at, payload_at


class HeaderLayout:
    """`layout` of one stream's packets, remembering the last: a sender lays out all alike.

    With the same first byte and the same extension head everything has the same length. An element
    is where it was if its own head is; a sender who puts another element's data there spoils bytes
    of his own packet.
    """

    __slots__ = ("_first", "_found", "_head")

    def __init__(self) -> None:
        self._first = -1
        self._head = b""
        self._found: Layout = (0, 0, 0)

    def of(self, packet: bytes) -> Layout:
        """As `layout`; raises `MalformedPacket`."""
        stamp_at, number_at, payload_at = self._found
        if (
            packet[0] == self._first
            and packet[12:16] == self._head
            and len(packet) >= payload_at
            and packet[stamp_at - 1] == _ABS_SEND_TIME_HEAD
            and (not number_at or packet[number_at - 1] == _TRANSPORT_NUMBER_HEAD)
        ):
            return self._found
        found = layout(packet)
        # Remembered only without CSRCs and padding: a packet of video or voice as browsers send it.
        if found[0] and packet[0] & 0x3F == _EXTENSION_ALONE:
            self._first, self._head, self._found = packet[0], packet[12:16], found
        return found


def _find_elements(packet: bytes, element: int, end: int) -> tuple[int, int]:
    """Where the data of abs-send-time and of the transport-wide number begin; 0 = absent."""
    stamp_at = number_at = 0
    while element < end:
        head = packet[element]
        if head == 0:  # padding between elements
            element += 1
            continue
        identifier = head >> 4
        length = (head & 0x0F) + 1
        if element + 1 + length > end:
            raise MalformedPacket("extension element leaves the extension")
        if head == _ABS_SEND_TIME_HEAD:
            stamp_at = stamp_at or element + 1
        elif head == _TRANSPORT_NUMBER_HEAD:
            number_at = number_at or element + 1
        elif identifier == 15:  # RFC 8285: stop here
            break
        element += 1 + length
    return stamp_at, number_at


def forwarded(packet: bytes, stamp_at: int, number_at: int, now_ns: int) -> bytes:
    """What follows the fixed header as every subscriber gets it, made once: a resend is the same.

    The stamp is ours. The transport-wide number becomes padding (RFC 8285 4.2): it counts over the
    publisher's streams, and a page that negotiated it for its own uplink would read it here too, and
    answer with feedback that means nothing instead of its estimate.
    """
    if not stamp_at and not number_at:
        return packet[12:]
    if not number_at:
        return packet[12:stamp_at] + abs_send_time(now_ns) + packet[stamp_at + 3 :]
    if not stamp_at:
        return packet[12 : number_at - 1] + _PADDING + packet[number_at + 2 :]
    stamp = abs_send_time(now_ns)
    if stamp_at < number_at:
        between = packet[stamp_at + 3 : number_at - 1]
        return b"".join((packet[12:stamp_at], stamp, between, _PADDING, packet[number_at + 2 :]))
    between = packet[number_at + 2 : stamp_at]
    return b"".join((packet[12 : number_at - 1], _PADDING, between, stamp, packet[stamp_at + 3 :]))


@lru_cache(maxsize=2)
def abs_send_time(now_ns: int) -> bytes:
    """24 bits of seconds with 18 fractional bits; any clock serves that runs evenly. All packets of a
    turn have one time, so it is made once.
    """
    return (((now_ns << 18) // 1_000_000_000) & 0xFFFFFF).to_bytes(3, "big")


fixed_header = _FIXED_HEADER.pack
"""(first two bytes, 16-bit sequence number, time stamp, SSRC) as the twelve bytes of a packet's
fixed header; all but the number as bytes in network order.
"""
