"""What is asked for, and the hash by which a run knows that unfinished work is its own."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from casework.ports import TrackSource
from recording.compose.frames import PartFrames
from recording.compose.program import Lane, Program
from recording.parts import PartReader

_VERSION = 1
"""Grows when the same program would be drawn or encoded differently."""

Progress = Callable[[int], None]
"""Called with how many ms of the call are done, from the beginning; never goes back."""


@dataclass(frozen=True, slots=True)
class Job:
    """A program, the folder of the call's parts, and the key that opens them."""

    program: Program
    directory: Path
    call_key: bytes = field(repr=False)

    def frames(self, lane: Lane) -> list[PartFrames]:
        return [
            PartFrames(self.directory, span, self.call_key) for span in self.program.parts(lane)
        ]

    def voices(self) -> list[list[PartFrames]]:
        """The parts with sound of each leg that has any."""
        lanes = [lane for lane in self.program.names if lane[1] is TrackSource.MICROPHONE]
        return [parts for lane in lanes if (parts := self.frames(lane))]

    def fingerprint(self, *more: object) -> str:
        """Hex SHA-256 over everything that decides over the result; `more` are settings."""
        spans = self.program.timeline.parts
        heads = [PartReader.open(self.directory, span.part).found.head for span in spans]
        said = repr((_VERSION, self.program, heads, more))
        return hashlib.sha256(said.encode()).hexdigest()
