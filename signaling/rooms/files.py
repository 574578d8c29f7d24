"""What the desk asks of the recordings on disk; `recording` implements it, the front door joins both."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from casework.worker_link.messages import DurableEvent


class StillRecorded(Exception):
    """A living worker holds the call's journal; its own events will come."""


class RecordingFiles(Protocol):
    """Blocking; the caller runs it in a thread."""

    def directory(self, call: str) -> Path:
        """Where the recorder of the call writes."""

    def after(self, call: str, n: int) -> Sequence[DurableEvent]:
        """Durable events with a greater number, as the call's journal has them. Raises OSError."""

    def settle(
        self, call: str, n: int, expected: Sequence[tuple[str, str]]
    ) -> Sequence[DurableEvent]:
        """Closes what a dead worker left open; the events after number `n`, the end included.

        `expected` are (leg, source) of everything the call ever expected. Running it again gives
        the same events. Raises StillRecorded or OSError.
        """
