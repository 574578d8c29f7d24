"""Replay and live events as one sequence without gaps: what a socket or a webhook reads."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from casework.bus.port import Bus
from casework.store.engine import Store
from casework.store.reading import MAX_EVENTS, Event, events_after

CHECK_S = 15.0


async def follow(
    store: Store, bus: Bus, after: Mapping[str, int], *, check_s: float = CHECK_S
) -> AsyncGenerator[Event]:
    """Every event of the streams in `after` with a greater seq, each once, in order per stream.

    Start it with the seq that was read together with the snapshot (`reading.stream_seq`): snapshot
    plus these events is the present state. Jumps of the bus are filled from the outbox, and every
    `check_s` seconds of silence the outbox is looked at, in case the bus lost the newest event.
    Never ends; close it with `contextlib.aclosing`.
    """
    position = dict(after)
    async with aclosing(_replay(store, position)) as missed:
        async for found in missed:
            yield found
    async with aclosing(bus.subscribe(dict(position))) as live:
        upcoming = asyncio.ensure_future(anext(live))
        try:
            while True:
                # Not wait_for: cancelling `anext` would end the subscription.
                await asyncio.wait({upcoming}, timeout=check_s)
                event: Event | None = None
                if upcoming.done():
                    event = upcoming.result()
                    upcoming = asyncio.ensure_future(anext(live))
                if event is not None and event.seq == position[event.stream] + 1:
                    position[event.stream] = event.seq
                    yield event
                elif event is None or event.seq > position[event.stream]:
                    async with aclosing(_replay(store, position)) as missed:
                        async for found in missed:
                            yield found
        finally:
            upcoming.cancel()
            await asyncio.gather(upcoming, return_exceptions=True)


async def _replay(store: Store, position: dict[str, int]) -> AsyncGenerator[Event]:
    """Yields what the outbox has after `position` and moves it along."""
    for stream in tuple(position):
        while True:
            events = await store.read(events_after, stream, position[stream])
            for event in events:
                position[stream] = event.seq
                yield event
            if len(events) < MAX_EVENTS:
                break
