"""Which frame a picture is of those that were sent, counted from 0, and when it was taken."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
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

    def time_of(self, index: int) -> float:
        """Seconds on the sender's own clock, also of frames that would follow the last."""


class Counted:
    """Every frame has a number of its own, and all are sent."""

    def index(self, number: int, at_s: float) -> int | None:
        del at_s
        return number

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
        late = {
            abs(at_s - self._frames[index].at_s): index for index in self._by_number.get(number, ())
        }
        nearest = min(late, default=MOST_LATE_S)
        return late[nearest] if nearest < MOST_LATE_S else None

    def time_of(self, index: int) -> float:
        known = min(index, len(self._frames) - 1)
        return self._frames[known].taken_s + (index - known) * FRAME_S
