"""The bus of a single process."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, Mapping

from casework.store.reading import Event

KEPT_EVENTS = 256
"""Of one stream."""
KEPT_IN_ALL = 5_000
"""Over all streams, some 10 MB. Who missed more reads the outbox."""


class MemoryBus:
    """Keeps the newest events of the streams that spoke last; belongs to one event loop.

    Subscribers read from the kept events at their own pace, so there is no queue to overflow: who
    is too slow sees a jump in seq, as the port allows.
    """

    def __init__(self, *, kept_events: int = KEPT_EVENTS, kept_in_all: int = KEPT_IN_ALL) -> None:
        self._kept_events = kept_events
        self._kept_in_all = kept_in_all
        self._kept = 0
        self._streams: OrderedDict[str, deque[Event]] = OrderedDict()
        self._waiting: dict[str, set[asyncio.Event]] = {}

    async def publish(self, event: Event) -> str:
        kept = self._streams.setdefault(event.stream, deque(maxlen=self._kept_events))
        self._streams.move_to_end(event.stream)
        if not kept or kept[-1].seq < event.seq:
            before = len(kept)
            kept.append(event)
            self._kept += len(kept) - before
            for wake in self._waiting.get(event.stream, ()):
                wake.set()
        while self._kept > self._kept_in_all and len(self._streams) > 1:
            self._kept -= len(self._streams.popitem(last=False)[1])
        return f"{event.seq}-0"

    async def subscribe(self, after: Mapping[str, int]) -> AsyncGenerator[Event]:
        position = dict(after)
        wake = asyncio.Event()
        for stream in position:
            self._waiting.setdefault(stream, set()).add(wake)
        try:
            while True:
                # Cleared before looking: what is published while we yield wakes us again.
                wake.clear()
                for stream in tuple(position):
                    for event in self._newer(stream, position[stream]):
                        position[stream] = event.seq
                        yield event
                await wake.wait()
        finally:
            for stream in position:
                waiting = self._waiting[stream]
                waiting.discard(wake)
                if not waiting:
                    del self._waiting[stream]

    async def close(self) -> None:
        self._streams.clear()
        self._kept = 0

    def _newer(self, stream: str, seq: int) -> list[Event]:
        return [event for event in self._streams.get(stream, ()) if event.seq > seq]
