"""What is odd about what tracks show and say, and since when: told once when it begins and ends."""

from collections.abc import Callable, Collection, Mapping

from casework.clock import Clock
from casework.ports import ContentFinding
from casework.worker_link.messages import ContentNoted, DurableEvent
from recording.worker.ledger import Source

MAX_NOTES = 200
"""A camera that is covered again and again is told of no more; health still says it."""

Standing = tuple[ContentFinding, int]
"""A finding, and the monotonic time in milliseconds since when it stands."""


class ContentLog:
    def __init__(self, call: str, clock: Clock, note: Callable[[DurableEvent], None]) -> None:
        self._call = call
        self._clock = clock
        self._note = note
        self._standing: dict[Source, Standing] = {}
        self._last: dict[Source, Standing] = {}
        self._told: dict[Source, ContentFinding | None] = {}
        self._notes = 0

    def standing(self, source: Source) -> Standing | None:
        return self._standing.get(source)

    def take(
        self, found: Mapping[Source, ContentFinding | None], fine: Collection[Source] = ()
    ) -> None:
        """`found` has every track that is there; what has none any more shows nothing odd. But
        only a look that says it is `fine` ends what was odd: whoever goes and comes back as odd as
        before is so since then.
        """
        now_ms = self._clock.mono_ms()
        for source in self._standing.keys() - found.keys():
            del self._standing[source]
        for source, finding in found.items():
            if finding is None:
                self._standing.pop(source, None)
                if source in fine:
                    self._last.pop(source, None)
            else:
                last = self._last.get(source)
                if last is None or last[0] is not finding:
                    last = self._last[source] = (finding, now_ms)
                self._standing[source] = last
            self._tell(source, finding, now_ms)

    def _tell(self, source: Source, finding: ContentFinding | None, now_ms: int) -> None:
        if self._told.get(source) is finding or self._notes >= MAX_NOTES:
            return
        self._told[source] = finding
        self._notes += 1
        self._note(
            ContentNoted(
                call=self._call,
                n=0,
                t_ms=self._clock.wall_ms(),
                mono_ms=now_ms,
                leg=source[0],
                source=source[1],
                finding=finding,
            )
        )
