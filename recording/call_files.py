"""The recordings of an installation as the desk's rooms ask for them."""

from collections.abc import Sequence
from pathlib import Path

from casework.clock import Clock
from casework.ports import TrackSource
from casework.worker_link.messages import DurableEvent
from recording.format import check_call_id
from recording.reconcile import reconcile
from recording.worker.journal import read_journal


class CallFiles:
    """One directory a call under `root`; every method blocks on the disk."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self._root = root
        self._clock = clock

    def directory(self, call: str) -> Path:
        """Raises FormatError for an id that cannot stand in a path."""
        return self._root / check_call_id(call)

    def after(self, call: str, n: int) -> list[DurableEvent]:
        """Durable events with a greater number. Raises OSError or JournalDamagedError."""
        return read_journal(self.directory(call), n)

    def settle(self, call: str, n: int, expected: Sequence[tuple[str, str]]) -> list[DurableEvent]:
        """Closes what a dead worker left open; raises as `reconcile`, StillRecordedError first."""
        sources = [(leg, TrackSource(source)) for leg, source in expected]
        directory = self.directory(call)
        return reconcile(directory, call, logged=n, expected=sources, clock=self._clock)
