"""Which frame a picture is of those that were sent, counted from 0, and when it was taken."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol

from outlet_client.agent.tracks import FRAMES_PER_SECOND

FRAME_S = 1 / FRAMES_PER_SECOND
MOST_LATE_S = 4.0
"""A picture that is shown or recorded later after its sending than this is not known any more; less
than half of what it takes a capture file to come round.
"""


class Numbering(Protocol):
    def index(self, number: int, at_s: float) -> int | None:
        """Of the picture with this number in it, met at `at_s` on the monotonic clock; None if it
        was never sent.
        """

    def indices(self, pictures: Sequence[tuple[int, float]]) -> list[int | None]:
        """Of pictures whose times keep the distances that they have on the sender's own clock."""

    def time_of(self, index: int) -> float:
        """Seconds on the sender's own clock, also of frames that would follow the last."""


class Counted:
    """Every frame has a number of its own, and all are sent."""

    def index(self, number: int, at_s: float) -> int | None:
        del at_s
        return number

    def indices(self, pictures: Sequence[tuple[int, float]]) -> list[int | None]:
        return [number for number, _ in pictures]

    def time_of(self, index: int) -> float:
        return index * FRAME_S


@dataclass(frozen=True, slots=True)
class SentFrame:
    """`number` is what stands in it, and comes again; `at_s` when it left the encoder, on the
    monotonic clock; `taken_s` when it was taken, on the sender's.
    """

    number: int
    at_s: float
    taken_s: float


class Replayed:
    """A capture file that is played round and round, of which an encoder leaves out what it must."""

    def __init__(self, frames: Sequence[SentFrame]) -> None:
        self._frames = frames
        self._by_number: dict[int, list[int]] = defaultdict(list)
        for index, frame in enumerate(frames):
            self._by_number[frame.number].append(index)

    def index(self, number: int, at_s: float) -> int | None:
        return min(
            self._meant(number, at_s),
            key=lambda index: abs(at_s - self._frames[index].at_s),
            default=None,
        )

    def indices(self, pictures: Sequence[tuple[int, float]]) -> list[int | None]:
        """A busy camera delivers a frame of its file twice. The two left the encoder at times that
        are less exact than they are apart; by the clock of the sender they are told apart.
        """
        meant = [self._meant(number, at_s) for number, at_s in pictures]
        aheads = [
            at_s - self._frames[only[0]].taken_s
            for (_, at_s), only in zip(pictures, meant, strict=True)
            if len(only) == 1
        ]
        if not aheads:
            return [self.index(number, at_s) for number, at_s in pictures]
        ahead = median(aheads)
        return [
            min(
                indices,
                key=lambda index: abs(at_s - ahead - self._frames[index].taken_s),
                default=None,
            )
            for (_, at_s), indices in zip(pictures, meant, strict=True)
        ]

    def _meant(self, number: int, at_s: float) -> list[int]:
        return [
            index
            for index in self._by_number.get(number, ())
            if abs(at_s - self._frames[index].at_s) < MOST_LATE_S
        ]

    def time_of(self, index: int) -> float:
        known = min(index, len(self._frames) - 1)
        return self._frames[known].taken_s + (index - known) * FRAME_S
