"""The frames of a part with their place on the call's time line, read segment by segment."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recording.parts import PartReader
from recording.playback import PlainStream
from recording.timeline import PartSpan
from recording.webm_index import WebmError, read_header
from recording.worker.webm import VIDEO_TRACK

_CLUSTER = b"\x1f\x43\xb6\x75"
_TIMESTAMP = 0xE7
_SIMPLE_BLOCK = 0xA3
_BLOCK_HEAD = 4
_KEYFRAME = 0x80


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole VP8 frame or Opus packet as it came from the wire; `at_ms` is monotonic time."""

    at_ms: int
    video: bool
    keyframe: bool
    data: bytes


class PartFrames:
    """Raises WrongKeyError and PartDamagedError when made, the latter and WebmError while read."""

    def __init__(self, directory: Path, span: PartSpan, call_key: bytes) -> None:
        self.span = span
        reader = PartReader.open(directory, span.part)
        self._stream = PlainStream(reader, call_key)
        self._firsts = [record.first_mono_ms for record in reader.records]

    def first_segment(self) -> bytes:
        """A small file of its own: the part's header and the clusters of its first segment."""
        return self._stream.segment(0)

    def all(self) -> Iterator[Frame]:
        for number in range(len(self._firsts)):
            yield from self._segment(number)

    def since(self, mono_ms: int) -> Iterator[Frame]:
        """From a segment on that holds the keyframe which the picture at `mono_ms` rests on."""
        # One earlier than the records say: their times are estimates and may step.
        number = max(0, bisect_right(self._firsts, mono_ms) - 2)
        while number and not any(
            frame.keyframe and frame.video and frame.at_ms <= mono_ms
            for frame in self._segment(number)
        ):
            number -= 1
        for later in range(number, len(self._firsts)):
            yield from self._segment(later)

    def _segment(self, number: int) -> Iterator[Frame]:
        data = self._stream.segment(number)
        start = 0 if number else read_header(data).size
        return _frames(data, start, self.span.start_mono_ms)


def _frames(data: bytes, at: int, zero_ms: int) -> Iterator[Frame]:
    while at < len(data):
        if data[at : at + 4] != _CLUSTER:
            raise WebmError("expected a cluster")
        at, end = _content(data, at + 4)
        time_ms = zero_ms
        while at < end:
            ident = data[at]
            at, after = _content(data, at + 1)
            if ident == _TIMESTAMP:
                time_ms = zero_ms + int.from_bytes(data[at:after], "big")
            elif ident == _SIMPLE_BLOCK:
                offset = int.from_bytes(data[at + 1 : at + 3], "big", signed=True)
                yield Frame(
                    time_ms + offset,
                    data[at] == 0x80 | VIDEO_TRACK,
                    bool(data[at + 3] & _KEYFRAME),
                    data[at + _BLOCK_HEAD : after],
                )
            at = after


def _content(data: bytes, at: int) -> tuple[int, int]:
    """Where an element's content begins and ends, from the place of its size (RFC 8794 4)."""
    if at >= len(data) or not data[at]:
        raise WebmError("malformed element size")
    width = 9 - data[at].bit_length()
    begins = at + width
    ends = begins + (int.from_bytes(data[at:begins], "big") & ((1 << 7 * width) - 1))
    if ends > len(data):
        raise WebmError("an element is not whole")
    return begins, ends
