"""The recorder of one call: a thread beside the forwarding path, fed by a bounded queue."""

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from casework.clock import Clock
from casework.ports import KeyframeRequester, MediaTap, TrackSource
from casework.worker_link.messages import DurableEvent, Health
from recording.format import check_call_id
from recording.worker.call_core import CallCore
from recording.worker.call_store import CallStore
from recording.worker.journal import read_journal
from recording.worker.record_disk import RecordDisk
from recording.worker.tap import MAX_QUEUED, QueueTap

TICK_S = 0.02
CLOSE_PATIENCE_S = 60.0
KEY_BYTES = 32

log = logging.getLogger(__name__)


class CallRecorder:
    """Records every track that the relay tells its `tap` about.

    `directory` is the call's own and is made if absent. `expected` are the sources of each leg
    that a healthy recording needs. `on_event` is called from the recorder's thread: durable events
    once each, in order of `n`, after their fsync; `Health` about once a second, and at once when
    it turns red. A worker that takes over a call after a crash gives the same directory: numbers
    go on, the dead worker's parts are closed, and the gap is written when media is back.

    No method blocks on the disk except `replay`.
    """

    def __init__(
        self,
        call: str,
        call_key: bytes,
        directory: Path,
        expected: Mapping[str, Collection[TrackSource]],
        keyframes: KeyframeRequester,
        clock: Clock,
        on_event: Callable[[DurableEvent | Health], None],
        *,
        disk: RecordDisk | None = None,
        max_queued: int = MAX_QUEUED,
    ) -> None:
        """Raises FormatError for a call id that the format cannot hold, ValueError for a key
        that is not 32 bytes.
        """
        if len(call_key) != KEY_BYTES:
            raise ValueError("a call key has 32 bytes")
        self._call = check_call_id(call)
        self._directory = directory
        self._on_event = on_event
        self._queue = QueueTap(max_queued)
        self._store = CallStore(call, call_key, directory, clock, on_event, disk or RecordDisk())
        self._core = CallCore(call, self._store, keyframes, clock, on_event)
        self._expect: list[tuple[str, frozenset[TrackSource]]] = []
        self._expect_lock = threading.Lock()
        self._wake = threading.Event()
        self._reason: str | None = None
        self._aborted = False
        self._thread = threading.Thread(target=self._run, name=f"recorder-{call}", daemon=True)
        for leg, sources in expected.items():
            self.set_expected(leg, sources)

    @property
    def tap(self) -> MediaTap:
        """The relay's end; usable before `start`: packets wait in the queue."""
        return self._queue

    @property
    def last_n(self) -> int:
        """Number of the newest durable event."""
        return self._store.last_n

    def start(self) -> None:
        """Starts the thread, whose first work is to arm the recording. A disk that fails does not
        raise here: health is red and the recorder keeps trying.
        """
        self._thread.start()

    def set_expected(self, leg: str, sources: Collection[TrackSource]) -> None:
        """What is expected of a leg from now on; nothing if empty."""
        with self._expect_lock:
            self._expect.append((leg, frozenset(sources)))

    def close(self, reason: str) -> None:
        """Ends the recording in order and returns at once. The last event is RoomClosed; if the
        disk fails for `CLOSE_PATIENCE_S` there is none, and reconciliation writes it.
        """
        self._reason = reason
        self._wake.set()

    def abort(self) -> None:
        """Stops at once and leaves everything as a crash would."""
        self._aborted = True
        self._wake.set()

    def join(self, timeout: float | None = None) -> bool:
        """Waits for the thread; True if it has ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def replay(self, after: int) -> list[DurableEvent]:
        """Durable events with `n` greater than `after`, read from the journal: for a desk that
        reconnects. Raises OSError or JournalDamagedError.
        """
        return read_journal(self._directory, after)

    def _run(self) -> None:
        try:
            while not self._aborted and self._reason is None:
                self._turn()
                self._wake.wait(TICK_S)
            if self._reason is not None and not self._aborted:
                self._end(self._reason)
        finally:
            self._store.abandon()

    def _turn(self) -> None:
        try:
            with self._expect_lock:
                expect, self._expect = self._expect, []
            for leg, sources in expect:
                self._core.expect(leg, sources)
            self._core.tick()
            self._drain()
        except Exception as error:
            # One malformed packet must not end a recording; the traceback names no person.
            log.exception("recorder turn failed")
            self._core.note_error(type(error).__name__)

    def _drain(self) -> None:
        self._queue.flush_dropped()
        for _ in range(MAX_QUEUED):
            item = self._queue.take()
            if item is None:
                return
            self._core.handle(item)

    def _end(self, reason: str) -> None:
        self._turn()
        self._core.flush()
        waited = 0.0
        while not (self._core.write_rest() and self._store.close(reason)):
            if self._aborted or waited >= CLOSE_PATIENCE_S:
                return
            self._on_event(self._core.health())
            waited += 1.0
            self._wake.clear()
            self._wake.wait(1.0)
