"""The outbox pump: committed events go to the bus, in commit order, at least once.

Crash points: after a publication and before the bookmark is saved, events are published again,
which the bus ignores; before the publication they still stand after the bookmark. An event can be
late, never lost. Events are not deleted here: the outbox is what `follow` replays from.
"""

import asyncio
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection, select

from casework.actor import SYSTEM
from casework.bus.port import Bus
from casework.errors import DomainError
from casework.store import schema_log as s
from casework.store.engine import Store
from casework.store.reading import Event, event_of
from casework.store.tx import Tx
from casework.store.writer import Writer

BATCH = 500
POLL_S = 1.0
SAVE_EVERY_S = 1.0
"""A bookmark for each event would be as many commits again, while pages wait for the next."""
FIRST_RETRY_S = 0.1
LAST_RETRY_S = 2.0

_log = structlog.get_logger(component="outbox")


@dataclass(frozen=True, slots=True)
class MoveBookmark:
    reader: str
    position: int


def move_bookmark(tx: Tx, command: MoveBookmark) -> None:
    """An action: remembers how far `reader` has come. It is no act on a case and has no entry."""
    table = s.outbox_bookmark
    mine = table.c.reader == command.reader
    moved = tx.conn.execute(table.update().where(mine).values(position=command.position))
    if not moved.rowcount:
        tx.conn.execute(table.insert().values(reader=command.reader, position=command.position))


class OutboxPump:
    """Run `run()` as a task of the desk; one pump a bus.

    `fault` is the reason why events wait, or None while they flow; a defect counts as one, since a
    pump that ended would leave every page without news.
    """

    def __init__(self, store: Store, writer: Writer, bus: Bus, *, reader: str = "bus") -> None:
        self._store = store
        self._writer = writer
        self._bus = bus
        self._reader = reader
        self._position = 0
        self._saved: int | None = None
        self._saved_at = 0.0
        self.fault: Exception | None = None

    async def run(self) -> None:
        """Pumps until cancelled; a bus that is gone is tried again for ever."""
        loop = asyncio.get_running_loop()
        committed = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(committed.set)

        forget = self._writer.on_news(wake)
        retry_s = FIRST_RETRY_S
        try:
            while True:
                committed.clear()
                try:
                    if self._saved is None:
                        self._position = await self._store.read(_bookmark, self._reader)
                        self._saved = self._position
                    more = await self._pass_on()
                    await self._save_bookmark(loop.time())
                    self.fault = None
                    retry_s = FIRST_RETRY_S
                except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
                    if self.fault is None:
                        _log.warning("events_wait", **_cause(error))
                    self.fault = error
                    await asyncio.sleep(retry_s)
                    retry_s = min(2 * retry_s, LAST_RETRY_S)
                    continue
                if not more:
                    # The poll catches commits of other nodes, which wake nobody here.
                    await _wait(committed, POLL_S)
        finally:
            forget()

    async def _pass_on(self) -> bool:
        """Publishes one batch; True if there may be more at once."""
        batch = await self._store.read(unpublished, self._position)
        for position, event in batch:
            await self._bus.publish(event)
            self._position = position
        return len(batch) == BATCH

    async def _save_bookmark(self, now_s: float) -> None:
        if self._position == self._saved or now_s - self._saved_at < SAVE_EVERY_S:
            return
        command = MoveBookmark(self._reader, self._position)
        await self._writer.run(move_bookmark, command, actor=SYSTEM)
        self._saved, self._saved_at = command.position, now_s


def unpublished(conn: Connection, position: int, *, limit: int = BATCH) -> list[tuple[int, Event]]:
    """Events after `position` of the outbox in commit order, with their positions."""
    rows = conn.execute(
        select(s.outbox)
        .where(s.outbox.c.position > position)
        .order_by(s.outbox.c.position)
        .limit(limit)
    )
    return [(row.position, event_of(row)) for row in rows]


def _bookmark(conn: Connection, reader: str) -> int:
    table = s.outbox_bookmark
    return conn.scalar(select(table.c.position).where(table.c.reader == reader)) or 0


def _cause(error: Exception) -> dict[str, object]:
    if isinstance(error, DomainError):
        return {"code": error.code, "error": str(error)}
    return {"error": type(error).__name__, "exc_info": error}


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
