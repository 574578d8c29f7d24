"""A journal that was damaged on disk, made whole again without giving out any number twice.

What lines are gone nobody can say; that they are gone is said in their places. The damaged file is
kept beside the new one, and a recording whose journal was mended goes on, or ends, as any other.
"""

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from casework.clock import Clock
from casework.ports import GapCause
from casework.worker_link.messages import DurableEvent, RecordingFault

_EVENT: TypeAdapter[DurableEvent] = TypeAdapter(DurableEvent)
_MERGED_LINES = 64
"""So many line ends may be lost before a number is taken for damage itself."""


@dataclass(frozen=True, slots=True)
class Mended:
    """`lost` counts the lines that were replaced; 0 for a journal that was whole."""

    events: list[DurableEvent]
    lost: int


class JournalMender:
    """`logged` is the last number that the desk is known to hold: what comes next is greater, even
    if the file was cut off before it.
    """

    def __init__(self, call: str, clock: Clock, logged: int = 0) -> None:
        self._call = call
        self._clock = clock
        self._logged = logged

    def mend(self, data: bytes) -> Mended:
        """`data` are the journal's complete lines."""
        lines = data.splitlines()
        most = max(len(lines) + _MERGED_LINES, self._logged)
        found: dict[int, DurableEvent] = {}
        for line in lines:
            event = self._event(line)
            if event is not None and 1 <= event.n <= most:
                found.setdefault(event.n, event)
        # A last line that is damaged had a number too.
        last = max(len(lines), self._logged, *found)
        events = [found.get(n) or self._lost(n) for n in range(1, last + 1)]
        return Mended(events, last - len(found))

    def _event(self, line: bytes) -> DurableEvent | None:
        try:
            event = _EVENT.validate_json(line)
        except ValidationError:
            return None
        return event if event.call == self._call else None

    def _lost(self, n: int) -> RecordingFault:
        return RecordingFault(
            call=self._call,
            n=n,
            t_ms=self._clock.wall_ms(),
            mono_ms=self._clock.mono_ms(),
            cause=GapCause.STORE_FAULT,
            detail="the journal's line was damaged",
        )
