"""Who follows what: pages, their streams, and messages that are only for now."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextlib import aclosing

import structlog

from casework.bus.follow import follow
from casework.bus.port import Bus
from casework.store.engine import Store
from casework.store.reading import stream_seq
from signaling.page import Page, text_of
from signaling.protocol.base import MAX_STREAMS, Message
from signaling.protocol.errors import TooManyStreams
from signaling.protocol.server import StreamEvent

log = structlog.get_logger(component="hub")


class Hub:
    """Every page of this process and the streams it follows.

    Events are the outbox's: ordered, complete, replayed from the number a page has seen. Messages
    sent by `tell` are not kept: they describe this moment (quality, health) and the next replaces
    them.
    """

    def __init__(self, store: Store, bus: Bus) -> None:
        self._store = store
        self._bus = bus
        self._pages: dict[str, Page] = {}
        # By stream, then by page: every second something is told on the stream of every call.
        self._following: dict[str, dict[str, asyncio.Task[None]]] = {}
        self._on_change: list[Callable[[], None]] = []

    def on_change(self, listener: Callable[[], None]) -> None:
        """Calls `listener` when a page comes, goes, falls silent or speaks again."""
        self._on_change.append(listener)

    def add(self, page: Page) -> None:
        self._pages[page.id] = page
        self.changed()

    def remove(self, page: Page) -> None:
        self._pages.pop(page.id, None)
        self.unfollow(page, self._streams_of(page))
        self.changed()

    def changed(self) -> None:
        for listener in self._on_change:
            listener()

    def pages(self) -> Iterator[Page]:
        return iter(tuple(self._pages.values()))

    @property
    def followed(self) -> int:
        """Over all pages, how many streams are followed."""
        return sum(len(pages) for pages in self._following.values())

    async def follow(self, page: Page, streams: dict[str, int]) -> dict[str, int]:
        """Sends every event after the given numbers from now on; returns the newest numbers.

        A stream that is followed already begins again from the number given now. Raises
        TooManyStreams.
        """
        if len({*self._streams_of(page), *streams}) > MAX_STREAMS:
            raise TooManyStreams
        newest = {stream: await self._store.read(stream_seq, stream) for stream in streams}
        self.unfollow(page, list(streams))
        for stream, after in streams.items():
            task = asyncio.create_task(self._pass_on(page, stream, after))
            self._following.setdefault(stream, {})[page.id] = task
        return newest

    def unfollow(self, page: Page, streams: list[str]) -> None:
        for stream in streams:
            pages = self._following.get(stream, {})
            task = pages.pop(page.id, None)
            if task is not None:
                task.cancel()
            if not pages:
                self._following.pop(stream, None)

    def _streams_of(self, page: Page) -> list[str]:
        return [stream for stream, pages in self._following.items() if page.id in pages]

    def followers(self, stream: str) -> list[Page]:
        return [
            self._pages[page_id]
            for page_id in self._following.get(stream, ())
            if page_id in self._pages
        ]

    def tell(self, stream: str, message: Message) -> None:
        """Sends a message of the moment to those who follow `stream`."""
        followers = self.followers(stream)
        if not followers:
            return
        text = text_of(message)
        for page in followers:
            page.send_text(text)

    async def close(self) -> None:
        tasks = [task for pages in self._following.values() for task in pages.values()]
        self._following.clear()
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _pass_on(self, page: Page, stream: str, after: int) -> None:
        try:
            async with aclosing(follow(self._store, self._bus, {stream: after})) as events:
                async for event in events:
                    page.send(
                        StreamEvent(
                            stream=event.stream, seq=event.seq, kind=event.kind, data=event.data
                        )
                    )
        except Exception:
            # The page would miss events for ever without knowing: it must come back and ask again.
            log.exception("stream_broken", stream_kind=stream.partition(":")[0])
            page.dismiss_for_restart()
