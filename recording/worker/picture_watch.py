"""Whether a camera shows anything, and whether that changes: by one keyframe in ten seconds.

Two people never sit quite still for a minute, and a living camera never gives the same picture
twice: its noise alone sees to that. So the very same picture is a camera that hangs, and nearly the
same one for long is worth a look; but a paper under a document camera, or a screen that is shown,
may lie still as long as it likes.
"""

from collections import deque

from casework.ports import ContentFinding, TrackSource
from recording.content.look import Look, is_decodable
from recording.worker.content_helper import PictureChecker

EVERY_NS = 10_000_000_000
FROZEN_NS = 30_000_000_000
STILL_NS = 60_000_000_000
UNKNOWN_NS = 45_000_000_000
"""Without an answer for so long nobody knows what a picture shows."""
STILL_CELL = 3
"""So much may a cell differ by the encoder's noise alone, of 255."""
DARK = 24
FLAT = 6
"""Brightest and darkest cell no further apart: there is nothing to be seen, whatever its colour."""

_OF_PERSONS = frozenset({TrackSource.CAMERA, TrackSource.CITIZEN_CAMERA})
_OF_THINGS = frozenset({TrackSource.DOCUMENT_CAMERA})


class PictureWatch:
    """Of one source, whatever tracks it has in turn. Times are those of arrivals, CLOCK_MONOTONIC
    in nanoseconds.
    """

    def __init__(self, source: TrackSource, checker: PictureChecker) -> None:
        self._of_persons = source in _OF_PERSONS
        self._checker = checker
        self._answers: deque[tuple[int, Look | None]] = deque()
        self._asked_ns: int | None = None
        self._before: Look | None = None
        self._seen_ns = 0
        self._changed_ns = 0
        self._moved_ns = 0

    @classmethod
    def of(cls, source: TrackSource, checker: PictureChecker | None) -> "PictureWatch | None":
        """None for what may look like anything, and where nobody can be asked."""
        watched = source in _OF_PERSONS | _OF_THINGS
        return cls(source, checker) if watched and checker is not None else None

    def keyframe(self, data: bytes, at_ns: int) -> None:
        """A whole keyframe that was recorded; looked at if the last look is long enough ago."""
        if self._asked_ns is not None and at_ns - self._asked_ns < EVERY_NS:
            return
        if is_decodable(data):
            self._asked_ns = at_ns
            # The answer comes on another thread, and waits for `finding`.
            self._checker.check(data, lambda look: self._answers.append((at_ns, look)))

    def is_known(self, now_ns: int) -> bool:
        """Whether anybody can say what is to be seen."""
        while self._answers:
            self._see(*self._answers.popleft())
        return self._before is not None and now_ns - self._seen_ns <= UNKNOWN_NS

    def finding(self, now_ns: int) -> ContentFinding | None:
        look = self._before if self.is_known(now_ns) else None
        if look is None:
            return None
        if self._is_blank(look):
            return ContentFinding.BLACK
        still_ns = FROZEN_NS if self._of_persons else STILL_NS
        if self._seen_ns - self._changed_ns >= still_ns:
            return ContentFinding.FROZEN
        if self._of_persons and self._seen_ns - self._moved_ns >= STILL_NS:
            return ContentFinding.STILL
        return None

    def _see(self, at_ns: int, look: Look | None) -> None:
        before, self._before = self._before, look
        if look is None or before is None or at_ns - self._seen_ns > UNKNOWN_NS:
            self._changed_ns = self._moved_ns = at_ns
        else:
            if before.digest != look.digest:
                self._changed_ns = at_ns
            if not _alike(before, look):
                self._moved_ns = at_ns
        self._seen_ns = at_ns

    def _is_blank(self, look: Look) -> bool:
        darkest, brightest = min(look.luma), max(look.luma)
        # A sheet that fills the view of a document camera is as flat as a covered lens is.
        return brightest <= DARK or (self._of_persons and brightest - darkest <= FLAT)


def _alike(one: Look, other: Look) -> bool:
    return max(abs(a - b) for a, b in zip(one.luma, other.luma, strict=True)) <= STILL_CELL
