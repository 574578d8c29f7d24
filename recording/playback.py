"""Playing a part: its evidence bytes, and a seekable view derived from them.

The *plain* stream is the exact concatenation of the plaintext segments. The *seekable* view is the
same clusters behind another header, with Duration and Cues, so that a player can jump; it is never
evidence. Both are served by byte range, and only the segments a range touches are decrypted.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from recording.format import SEGMENT_HEADER, TAG_BYTES, FormatError, open_segment
from recording.parts import PartDamagedError, PartReader
from recording.webm_index import Cluster, WebmHeader, read_clusters, read_header
from recording.worker import ebml

OVERHEAD = SEGMENT_HEADER.size + TAG_BYTES
CUE_EVERY_MS = 1_500
_SEGMENT = b"\x18\x53\x80\x67"
_INFO = b"\x15\x49\xa9\x66"
_CUES = b"\x1c\x53\xbb\x6b"
_CUE_POINT = b"\xbb"
LAST_FRAME_MS = 20


class PlainStream:
    """The plaintext of a part as one file of `size` bytes. Raises WrongKeyError at once,
    PartDamagedError while reading.
    """

    def __init__(self, reader: PartReader, call_key: bytes) -> None:
        self._reader = reader
        self._cipher = AESGCM(reader.keys(call_key).aes)
        lengths = [record.length - OVERHEAD for record in reader.records]
        self._ends = list(accumulate(lengths))

    @property
    def size(self) -> int:
        return self._ends[-1] if self._ends else 0

    def read(self, start: int, end: int) -> Iterator[bytes]:
        """Bytes `start` to `end` (exclusive), a piece for each segment touched."""
        end = min(end, self.size)
        number = bisect_right(self._ends, start)
        while start < end:
            begins = self._ends[number - 1] if number else 0
            plaintext = self.segment(number)
            yield plaintext[start - begins : end - begins]
            start = self._ends[number]
            number += 1

    def segment(self, number: int) -> bytes:
        record = self._reader.records[number]
        with self._reader.path.open("rb") as file:
            file.seek(record.offset)
            data = file.read(record.length)
        try:
            return open_segment(self._reader.found.header, self._cipher, record.seq, data)
        except (InvalidTag, FormatError):
            raise PartDamagedError(self._reader.part, record.seq, "does not decrypt") from None

    def segments(self) -> Iterator[tuple[int, bytes]]:
        """(offset in the plaintext, plaintext) of every segment."""
        for number in range(len(self._ends)):
            yield (self._ends[number - 1] if number else 0), self.segment(number)


@dataclass(frozen=True, slots=True)
class SeekIndex:
    """What the seekable view needs to know of a part; made once, in one pass over its segments."""

    header: WebmHeader
    clusters: tuple[Cluster, ...]
    plain_size: int

    @property
    def duration_ms(self) -> int:
        return self.clusters[-1].last_ms + LAST_FRAME_MS if self.clusters else 0

    @classmethod
    def build(cls, stream: PlainStream) -> "SeekIndex":
        """Raises PartDamagedError, WebmError, or ValueError for a part without a segment."""
        header: WebmHeader | None = None
        clusters: list[Cluster] = []
        for offset, data in stream.segments():
            start = 0
            if header is None:
                header = read_header(data)
                start = header.size
            clusters.extend(read_clusters(data, start, offset))
        if header is None:
            raise ValueError("the part holds nothing yet")
        return cls(header, tuple(clusters), stream.size)

    def cue_points(self) -> list[tuple[int, int]]:
        """(time, cluster offset in the plain file): each keyframe; or clusters, if only sound."""
        points = [
            (time_ms, cluster.offset)
            for cluster in self.clusters
            for time_ms in cluster.keyframes_ms
        ]
        if not points:
            points = [(cluster.time_ms, cluster.offset) for cluster in self.clusters]
        chosen: list[tuple[int, int]] = []
        for point in points:
            if not chosen or point[0] - chosen[-1][0] >= CUE_EVERY_MS:
                chosen.append(point)
        return chosen


class SeekableView:
    """The derived file: `size` bytes, read by range like the plain one."""

    def __init__(self, stream: PlainStream, index: SeekIndex, track: int) -> None:
        self._stream = stream
        self._index = index
        self._head = _head(index, track)

    @property
    def size(self) -> int:
        return len(self._head) + self._index.plain_size - self._index.header.size

    def read(self, start: int, end: int) -> Iterator[bytes]:
        end = min(end, self.size)
        if start < len(self._head):
            yield self._head[start : min(end, len(self._head))]
        shift = self._index.header.size - len(self._head)
        from_plain = max(start + shift, self._index.header.size)
        if end + shift > from_plain:
            yield from self._stream.read(from_plain, end + shift)


def _head(index: SeekIndex, track: int) -> bytes:
    """EBML header, Segment of known size, Info with Duration, Tracks, Cues.

    Cue positions count from the start of the Segment's data, that is from this very head; they are
    written with a fixed width, so the head's length does not depend on them.
    """
    body = _with_duration(index.header.segment_body, index.duration_ms)
    points = index.cue_points()
    length = len(body) + len(_cues(points, 0, track))
    cues = _cues(points, length - index.header.size, track)
    clusters = index.plain_size - index.header.size
    size = (length + clusters | 1 << 56).to_bytes(8, "big")
    return index.header.ebml + _SEGMENT + size + body + cues


def _cues(points: list[tuple[int, int]], shift: int, track: int) -> bytes:
    return ebml.element(
        _CUES,
        *(
            ebml.element(
                _CUE_POINT,
                ebml.unsigned(b"\xb3", time_ms),  # CueTime
                ebml.element(
                    b"\xb7",  # CueTrackPositions
                    ebml.unsigned(b"\xf7", track),  # CueTrack
                    ebml.element(b"\xf1", (offset + shift).to_bytes(8, "big")),
                ),
            )
            for time_ms, offset in points
        ),
    )


def _with_duration(body: bytes, duration_ms: int) -> bytes:
    if not body.startswith(_INFO):
        raise ValueError("Info does not come first")
    width = 9 - body[4].bit_length()
    size = int.from_bytes(body[4 : 4 + width], "big") & ((1 << 7 * width) - 1)
    start = 4 + width
    duration = ebml.element(b"\x44\x89", struct.pack(">d", float(duration_ms)))
    return ebml.element(_INFO, body[start : start + size], duration) + body[start + size :]
