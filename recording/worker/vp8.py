"""VP8 in RTP: the payload descriptor (RFC 7741 4.2) and the keyframe header (RFC 6386 9.1)."""

from dataclasses import dataclass

_KEYFRAME_START_CODE = b"\x9d\x01\x2a"


@dataclass(frozen=True, slots=True)
class Descriptor:
    """`picture_id_bits` is 7 or 15, 0 without a picture id; `size` is the descriptor's length."""

    starts_frame: bool
    picture_id: int
    picture_id_bits: int
    size: int


def parse_descriptor(payload: bytes) -> Descriptor | None:
    """None if the payload is too short for its own descriptor or holds nothing behind it."""
    try:
        first = payload[0]
        starts_frame = first & 0x1F == 0x10  # S set, partition index 0
        at = 1
        picture_id = bits = 0
        if first & 0x80:  # X
            extension = payload[1]
            at = 2
            if extension & 0x80:  # I
                picture_id, bits = payload[at] & 0x7F, 7
                if payload[at] & 0x80:  # M
                    picture_id, bits = picture_id << 8 | payload[at + 1], 15
                    at += 1
                at += 1
            if extension & 0x40:  # L
                at += 1
            if extension & 0x30:  # T or K
                at += 1
    except IndexError:
        return None
    if at >= len(payload):
        return None
    return Descriptor(starts_frame, picture_id, bits, at)


def is_keyframe(frame: bytes) -> bool:
    return bool(frame) and not frame[0] & 1


def keyframe_size(frame: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None if this is no whole keyframe header."""
    if not is_keyframe(frame) or len(frame) < 10 or frame[3:6] != _KEYFRAME_START_CODE:
        return None
    width = int.from_bytes(frame[6:8], "little") & 0x3FFF
    height = int.from_bytes(frame[8:10], "little") & 0x3FFF
    return (width, height) if width and height else None
