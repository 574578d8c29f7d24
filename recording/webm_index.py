"""Reads back what `recording.worker.webm` writes: where clusters and keyframes lie in a file."""

from dataclasses import dataclass

from recording.worker.ebml import UNKNOWN_SIZE
from recording.worker.webm import VIDEO_TRACK

_SEGMENT = b"\x18\x53\x80\x67"
_CLUSTER = b"\x1f\x43\xb6\x75"
_CLUSTER_TIMESTAMP = 0xE7
_SIMPLE_BLOCK = 0xA3
_KEYFRAME = 0x80


class WebmError(ValueError):
    """Bytes that the recorder did not write."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """`offset` is where it begins in the file; `keyframes_ms` are times of video keyframes."""

    offset: int
    time_ms: int
    last_ms: int
    keyframes_ms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WebmHeader:
    """`ebml` and `segment_body` (Info and Tracks) as they stand; `size` covers all of it."""

    ebml: bytes
    segment_body: bytes
    size: int


def read_header(data: bytes) -> WebmHeader:
    """Splits the start of a file at the Segment and at the first Cluster. Raises WebmError."""
    start = data.find(_SEGMENT + UNKNOWN_SIZE)
    if start < 0:
        raise WebmError("no Segment of unknown size")
    at = body = start + len(_SEGMENT) + len(UNKNOWN_SIZE)
    while at < len(data) and data[at : at + 4] != _CLUSTER:
        if data[at] >> 4 != 1:
            raise WebmError("unexpected element before the first cluster")
        at, size = _size(data, at + 4)
        at += size
    if at > len(data):
        raise WebmError("header is not whole")
    return WebmHeader(data[:start], data[body:at], at)


def read_clusters(data: bytes, start: int, file_offset: int) -> list[Cluster]:
    """Clusters in `data` from `start` to its end; `file_offset` is where `data` lies in the
    file. Raises WebmError.
    """
    found = []
    at = start
    while at < len(data):
        if data[at : at + 4] != _CLUSTER:
            raise WebmError("expected a cluster")
        body, size = _size(data, at + 4)
        if body + size > len(data):
            raise WebmError("cluster is not whole")
        found.append(_cluster(data, file_offset + at, body, body + size))
        at = body + size
    return found


def _cluster(data: bytes, offset: int, at: int, end: int) -> Cluster:
    time_ms = last_ms = 0
    keyframes = []
    while at < end:
        ident = data[at]
        body, size = _size(data, at + 1)
        if ident == _CLUSTER_TIMESTAMP:
            time_ms = last_ms = int.from_bytes(data[body : body + size], "big")
        elif ident == _SIMPLE_BLOCK:
            last_ms = time_ms + int.from_bytes(data[body + 1 : body + 3], "big", signed=True)
            if data[body] == 0x80 | VIDEO_TRACK and data[body + 3] & _KEYFRAME:
                keyframes.append(last_ms)
        else:
            raise WebmError("unexpected element in a cluster")
        at = body + size
    return Cluster(offset, time_ms, last_ms, tuple(keyframes))


def _size(data: bytes, at: int) -> tuple[int, int]:
    """Where the content begins and how long it is."""
    if at >= len(data) or not data[at]:
        raise WebmError("malformed element size")
    width = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + width], "big") & ((1 << 7 * width) - 1)
    return at + width, value
