"""Decodes one VP8 keyframe (PyAV): imported by the process that decodes, and nowhere else."""

import hashlib

import av
from av.error import FFmpegError
from av.video.reformatter import Interpolation

from recording.content.look import COLUMNS, DIGEST_BYTES, ROWS, Look


def decode_keyframe(keyframe: bytes) -> Look | None:
    """None for what a decoder refuses. Every keyframe has a decoder of its own: nothing of a
    picture, nor of what it broke, is there for the next.
    """
    try:
        decoder = av.VideoCodecContext.create("vp8", "r")
        decoder.thread_count = 1
        frames = [*decoder.decode(av.Packet(keyframe)), *decoder.decode(None)]
    except (FFmpegError, MemoryError):
        return None
    if not frames:
        return None
    small = frames[0].reformat(COLUMNS, ROWS, "gray8", interpolation=Interpolation.AREA)
    digest = hashlib.blake2b(_luma(frames[0]), digest_size=DIGEST_BYTES).digest()
    return Look(digest, _luma(small))


def _luma(picture: av.VideoFrame) -> bytes:
    """Without what pads each line: nobody says what stands there."""
    plane = picture.planes[0]
    data, line = memoryview(plane), plane.line_size
    return b"".join(data[at : at + plane.width] for at in range(0, line * plane.height, line))
