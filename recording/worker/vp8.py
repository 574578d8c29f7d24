"""VP8 in RTP: the payload descriptor (RFC 7741 4.2) and the keyframe header (RFC 6386 9.1).

A descriptor is read where it lies: `at` is its offset in the RTP packet.
"""

_KEYFRAME_START_CODE = b"\x9d\x01\x2a"


def descriptor_end(packet: bytes, at: int) -> int:
    """Where the VP8 payload begins; the packet's length or more if the descriptor is cut off."""
    try:
        if not packet[at] & 0x80:  # X
            return at + 1
        extension = packet[at + 1]
        at += 2
        if extension & 0x80:  # I, and M says whether the picture id has one byte or two
            at += 2 if packet[at] & 0x80 else 1
    except IndexError:
        return len(packet)
    if extension & 0x40:  # L
        at += 1
    if extension & 0x30:  # T or K
        at += 1
    return at


def starts_frame(packet: bytes, at: int) -> bool:
    return packet[at] & 0x1F == 0x10  # S set, partition index 0


def picture_id(packet: bytes, at: int) -> tuple[int, int]:
    """Picture id and its width in bits, 7 or 15, of a whole descriptor; (0, 0) if it has none."""
    if not (packet[at] & 0x80 and packet[at + 1] & 0x80):
        return 0, 0
    picture = packet[at + 2]
    if picture & 0x80:
        return (picture & 0x7F) << 8 | packet[at + 3], 15
    return picture, 7


def is_keyframe(frame: bytes) -> bool:
    return bool(frame) and not frame[0] & 1


def keyframe_size(frame: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None if this is no whole keyframe header."""
    if not is_keyframe(frame) or len(frame) < 10 or frame[3:6] != _KEYFRAME_START_CODE:
        return None
    width = int.from_bytes(frame[6:8], "little") & 0x3FFF
    height = int.from_bytes(frame[8:10], "little") & 0x3FFF
    return (width, height) if width and height else None
