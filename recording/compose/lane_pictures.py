"""The decoded picture of one lane at moments that go forward."""

from collections.abc import Iterator, Sequence

import av
from av.error import FFmpegError

from recording.compose.frames import Frame, PartFrames

HOLD_MS = 500
"""How long after a part's end its last picture still stands, if no line of the ledger says why."""


class LanePictures:
    """Begins at `from_ms` (monotonic), wherever that is in the recording, by the keyframe before
    it; then every frame is decoded once.
    """

    def __init__(self, parts: Sequence[PartFrames], from_ms: int) -> None:
        self._parts = [part for part in parts if part.span.video_frames]
        begun = [part for part in self._parts if part.span.start_mono_ms <= from_ms]
        later = self._parts[len(begun) :]
        # Two: the last picture of a part may stand for a moment after the next has begun.
        self._frames = self._of([*begun[-2:], *later], from_ms)
        self._next = next(self._frames, None)
        self._picture: av.VideoFrame | None = None
        self._good_until_ms = 0

    def at(self, mono_ms: int) -> av.VideoFrame | None:
        """The newest picture, the same object while it stands; None if there is none. Raises as
        PartFrames does.
        """
        while self._next is not None and self._next[1].at_ms <= mono_ms:
            decoder, frame, good_until_ms = self._next
            try:
                pictures = decoder.decode(av.Packet(frame.data))
            except FFmpegError:
                pictures = []  # the sender's fault stays visible as a picture that stands still
            if pictures:
                self._picture = pictures[-1]
                self._good_until_ms = good_until_ms
            self._next = next(self._frames, None)
        return self._picture if mono_ms <= self._good_until_ms else None

    @staticmethod
    def _of(
        parts: Sequence[PartFrames], from_ms: int
    ) -> Iterator[tuple[av.VideoCodecContext, Frame, int]]:
        for part in parts:
            decoder = av.CodecContext.create("vp8", "r")
            # More threads would hold pictures back.
            decoder.thread_count = 1
            known = False
            for frame in part.since(from_ms):
                if not frame.video:
                    continue
                known = known or frame.keyframe
                if known:
                    yield decoder, frame, part.span.end_mono_ms + HOLD_MS
