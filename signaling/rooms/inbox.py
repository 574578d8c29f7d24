"""Facts of one call from its worker, committed one after the other and acknowledged afterwards."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from casework.actions.log_recording import LogRecording, log_recording
from casework.actor import SYSTEM
from casework.errors import DomainError, Overloaded, StoreUnavailable
from casework.policy.call_refusals import FactOutOfOrder
from casework.store.writer import Writer
from casework.worker_link.client import WorkerGoneError, WorkerRefusedError
from casework.worker_link.messages import DurableEvent
from signaling.rooms.files import RecordingFiles

log = structlog.get_logger(component="rooms")

_RETRY_S = 0.3
MOST_WAITING = 1_000
"""Some minutes of one call without a store."""
Step = Callable[[], Awaitable[None]]


class Inbox:
    """Keeps the order in which the worker told things: recorder facts and states of legs alike.

    Crash point: after the commit and before the acknowledgement the worker tells the fact again,
    and the action knows it by its number.
    """

    def __init__(self, call: str, writer: Writer, files: RecordingFiles) -> None:
        self._call = call
        self._writer = writer
        self._files = files
        self._steps: asyncio.Queue[Step] = asyncio.Queue()
        self._busy = False
        self._overflowed = False

    @property
    def is_empty(self) -> bool:
        return self._steps.empty() and not self._busy

    def put(self, step: Step) -> None:
        self._steps.put_nowait(step)

    def put_if_there_is_room(self, step: Step) -> None:
        """For what is told again anyhow: facts stand in the journal, which is read as soon as one is
        missing, and at the latest when the call is over; measurements are made anew.
        """
        if self._steps.qsize() < MOST_WAITING:
            self.put(step)
        elif not self._overflowed:
            self._overflowed = True
            log.warning("inbox_full", call=self._call)

    async def run(self) -> None:
        """Until cancelled. A step that fails for want of a store is tried again for ever."""
        while True:
            step = await self._steps.get()
            self._busy = True
            try:
                await self._take(step)
            finally:
                self._busy = False

    async def log(self, fact: DurableEvent, ack: Callable[[str, int], Awaitable[None]]) -> None:
        """Commits a fact and acknowledges it. Numbers that were never told (the worker died between
        its journal and the socket) are read from the journal first.
        """
        try:
            done = await self._writer.run(log_recording, LogRecording(fact), actor=SYSTEM)
        except FactOutOfOrder as error:
            missing = await asyncio.to_thread(
                self._files.after, self._call, int(str(error.details["last_n"]))
            )
            for one in missing:
                done = await self._writer.run(log_recording, LogRecording(one), actor=SYSTEM)
            if not missing or missing[-1].n < fact.n:
                raise
        try:
            await ack(self._call, done.n)
        except (WorkerGoneError, WorkerRefusedError):
            # It will be told again, and acknowledged then.
            log.info("ack_lost", call=self._call)

    async def _take(self, step: Step) -> None:
        while True:
            try:
                await step()
            except (StoreUnavailable, Overloaded) as error:
                log.warning("fact_waits", call=self._call, code=error.code)
                await asyncio.sleep(_RETRY_S)
            except DomainError as error:
                log.warning("fact_refused", call=self._call, code=error.code, slug=error.slug)
                return
            except Exception:
                log.exception("fact_failed", call=self._call)
                return
            else:
                return
