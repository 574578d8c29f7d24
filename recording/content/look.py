"""What a keyframe shows, as far as a machine can say: small, and without anything of the persons.

The worker and the process that decodes both know this file; it decodes nothing.
"""

import struct
from dataclasses import dataclass

from recording.worker import vp8

COLUMNS, ROWS = 32, 18
DIGEST_BYTES = 16
MAX_KEYFRAME_BYTES = 1 << 20
MAX_PIXELS = 1920 * 1088
LENGTH = struct.Struct(">I")
"""Before each keyframe to the decoder and each answer from it; an answer of no bytes means that
the keyframe could not be decoded.
"""
ANSWER_BYTES = DIGEST_BYTES + COLUMNS * ROWS


@dataclass(frozen=True, slots=True)
class Look:
    """`digest` is of the whole decoded luma plane: the same only for the very same picture. `luma`
    has COLUMNS x ROWS cells, each the mean of its part of the picture, 0 to 255.
    """

    digest: bytes
    luma: bytes

    def to_bytes(self) -> bytes:
        return self.digest + self.luma

    @classmethod
    def parse(cls, data: bytes) -> "Look":
        """Raises ValueError for anything but ANSWER_BYTES."""
        if len(data) != ANSWER_BYTES:
            raise ValueError("not a look")
        return cls(data[:DIGEST_BYTES], data[DIGEST_BYTES:])


def is_decodable(keyframe: bytes) -> bool:
    """Whether a decoder may be asked at all: what is sent is a stranger's, and decoding it costs."""
    size = vp8.keyframe_size(keyframe)
    if size is None or len(keyframe) > MAX_KEYFRAME_BYTES:
        return False
    return size[0] * size[1] <= MAX_PIXELS
