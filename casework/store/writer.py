"""The one writer. Actions wait in a queue; one thread runs them and commits many at a time.

Life of an act: `run` puts it in the bounded queue -> the thread takes all that wait (up to
`MAX_BATCH`), BEGIN IMMEDIATE -> each action in a SAVEPOINT of its own -> the keys that they made are
durable, all at once -> one COMMIT (one fsync) -> only then are the callers answered. A refused or failing action rolls back its savepoint and leaves
its neighbours alone.

Crash points: before COMMIT nothing happened and nobody was told; after COMMIT everything is durable,
and a caller who was not told repeats with its idempotency key and gets the stored result.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection

from casework.actor import Actor
from casework.clock import Clock
from casework.errors import DomainError, Overloaded, StoreUnavailable
from casework.keys.key_ring import KeyRing
from casework.store import idempotency
from casework.store.engine import Store, driver_of, is_storage_fault, transaction_is_open
from casework.store.log_so_far import LogSoFar, NoLog
from casework.store.replies import Replies, Waiter, still_waits
from casework.store.tx import Tx

MAX_WAITING = 2_000
MAX_BATCH = 256

C = TypeVar("C")
R = TypeVar("R")
Action = Callable[[Tx, C], R]

_log = structlog.get_logger(component="writer")


@dataclass(frozen=True, slots=True)
class _Job:
    # Commands and results are of many types in one queue; `run` gives them back their types.
    action: Callable[[Tx, Any], Any]
    command: Any
    actor: Actor
    idempotency_key: str | None
    waiter: Waiter


@dataclass(frozen=True, slots=True)
class _Outcome:
    job: _Job
    result: Any = None
    error: Exception | None = None
    is_news: bool = False
    told: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class _Listener:
    wake: Callable[[], None]
    streams: frozenset[str] | None


class _Stop:
    """Wakes the thread for the last time; what waits before it is still done."""


class Writer:
    """Runs actions `(tx, command) -> result`; see the module text for the guarantees.

    One Writer a database. `run` may be called from any event loop, `run_sync` from any thread but
    the writer's own.
    """

    def __init__(
        self, store: Store, *, clock: Clock, keys: KeyRing, log: LogSoFar | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._keys = keys
        self._log_so_far = log or NoLog()
        self._waiting: queue.Queue[_Job | _Stop] = queue.Queue(MAX_WAITING)
        self._lock = threading.Lock()
        self._accepting = False
        self._thread: threading.Thread | None = None
        self._listeners: list[_Listener] = []

    def start(self) -> None:
        with self._lock:
            if self._thread is not None:
                raise RuntimeError("the writer runs already")
            self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
            self._accepting = True
            self._thread.start()

    def stop(self) -> None:
        """Refuses new acts, does those that wait, and returns when the thread has ended."""
        with self._lock:
            thread, self._thread = self._thread, None
            was_accepting, self._accepting = self._accepting, False
        if thread is None or not was_accepting:
            return
        self._waiting.put(_Stop())
        thread.join()

    def on_news(
        self, listener: Callable[[], None], *, streams: frozenset[str] | None = None
    ) -> Callable[[], None]:
        """Calls `listener` in the writer thread after each commit that holds an entry or an event, with
        `streams` only of those with an event on a stream of these kinds (`call` of `call:ID`); it must
        only wake someone. Returns what takes it off again.

        A hint and no promise: a commit of another process, or one of which the database did not say
        that it was done, calls nobody. Who listens reads what is new from where it has come to, and
        looks now and then without being called. Measurements, bookmarks and log indices, of which
        there are many a second, are nobody's news.
        """
        added = _Listener(listener, streams)
        self._listeners = [*self._listeners, added]

        def forget() -> None:
            self._listeners = [known for known in self._listeners if known is not added]

        return forget

    async def run(
        self,
        action: Action[C, R],
        command: C,
        *,
        actor: Actor,
        idempotency_key: str | None = None,
    ) -> R:
        """Runs the action and returns its result once it is durable.

        With `idempotency_key` a repetition by the same actor returns the first result; the result
        must then be JSON-able and hold no personal data. Raises what the action raised;
        Overloaded when the queue is full or the writer stops; StoreUnavailable when the commit
        failed; IdempotencyConflict when the key stands for another command. Cancelling the caller
        withdraws an act that still waits; one that has begun is done all the same.
        """
        waiter: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._submit(_Job(action, command, actor, idempotency_key, waiter))
        return await waiter

    def run_sync(
        self,
        action: Action[C, R],
        command: C,
        *,
        actor: Actor,
        idempotency_key: str | None = None,
    ) -> R:
        """As `run`, for threads and scripts without an event loop."""
        waiter: Future[R] = Future()
        self._submit(_Job(action, command, actor, idempotency_key, waiter))
        return waiter.result()

    def _submit(self, job: _Job) -> None:
        with self._lock:
            if not self._accepting:
                raise Overloaded("the writer is stopped")
            try:
                self._waiting.put_nowait(job)
            except queue.Full:
                raise Overloaded(f"{MAX_WAITING} acts are waiting") from None

    def _work(self) -> None:
        stopping = False
        while not stopping:
            jobs, stopping = self._take()
            jobs = [job for job in jobs if still_waits(job.waiter)]
            if jobs:
                self._batch(jobs)

    def _take(self) -> tuple[list[_Job], bool]:
        """Waits for an act and takes those behind it; True if these are the last."""
        jobs: list[_Job] = []
        item = self._waiting.get()
        while isinstance(item, _Job):
            jobs.append(item)
            if len(jobs) == MAX_BATCH:
                return jobs, False
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                return jobs, False
        return jobs, True

    def _batch(self, jobs: list[_Job]) -> None:
        replies = Replies()
        try:
            outcomes = self._commit_together(jobs)
        except Exception as error:  # noqa: BLE001 - whatever broke the batch, its callers must hear of it
            _log.error("batch_failed", acts=len(jobs), error=type(error).__name__, exc_info=True)
            self._take_a_new_connection()
            for job in jobs:
                refusal = StoreUnavailable("the batch was not committed")
                refusal.__cause__ = error
                replies.add(job.waiter, None, refusal)
            replies.send()
            return
        for outcome in outcomes:
            replies.add(outcome.job.waiter, outcome.result, outcome.error)
        replies.send()
        if not any(outcome.is_news for outcome in outcomes):
            return
        told = frozenset[str]().union(*(outcome.told for outcome in outcomes))
        for listener in self._listeners:
            if listener.streams is not None and told.isdisjoint(listener.streams):
                continue
            try:
                listener.wake()
            except Exception:  # noqa: BLE001 - the acts are done; whoever failed to listen polls anyway
                _log.exception("listener_failed")

    def _take_a_new_connection(self) -> None:
        """The old one may be in any state."""
        try:
            self._store.write_engine.dispose()
        except Exception:  # noqa: BLE001 - the thread must live: it answers everybody
            _log.exception("connection_not_closed")

    def _commit_together(self, jobs: list[_Job]) -> list[_Outcome]:
        with self._store.write_engine.connect() as connection, connection.begin():
            with self._keys.together():  # new keys are durable before what they encrypt is
                outcomes = [self._act(connection, job) for job in jobs]
            if not transaction_is_open(connection):
                raise StoreUnavailable("the database gave the transaction up")
            return outcomes

    def _act(self, connection: Connection, job: _Job) -> _Outcome:
        tx = Tx(
            connection,
            clock=self._clock,
            actor=job.actor,
            keys=self._keys,
            log=self._log_so_far,
        )
        driver = driver_of(connection)
        driver.begin_act()
        try:
            result = idempotency.once(tx, job.action, job.command, job.idempotency_key)
            driver.end_act()
        except Exception as error:
            if is_storage_fault(error) or not transaction_is_open(connection):
                raise  # nothing of this batch can be trusted to become durable
            driver.undo_act()
            if not isinstance(error, DomainError):
                name = getattr(job.action, "__qualname__", "action")
                _log.error("action_failed", action=name, error=type(error).__name__, exc_info=True)
            return _Outcome(job, error=error)
        return _Outcome(job, result=result, is_news=tx.is_news, told=frozenset(tx.told))
