"""The recorder of one call: a thread beside the forwarding path, fed by a bounded queue."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

from casework.clock import Clock
from casework.ports import GapCause, KeyframeRequester, MediaTap, TrackSource
from casework.worker_link.messages import DurableEvent, Health
from recording.format import check_call_id
from recording.worker.call_core import CallCore
from recording.worker.call_store import CallStore
from recording.worker.content_helper import PictureChecker
from recording.worker.journal import read_journal
from recording.worker.record_disk import RecordDisk
from recording.worker.tap import MAX_QUEUED, Item, QueueTap, TrackOpened

TICK_S = 0.1
"""Every turn costs the forwarding path some microseconds of the interpreter, so it comes as seldom
as its deadlines allow; each of them may be late by one turn.

Tightest are 100 ms until a track's first packet is known, which the packets themselves end, and
500 ms until sound goes on without its picture; nothing is lost meanwhile. A segment of 1.5 s is
cut up to one turn later, so a kill costs 1.6 s and the sync instead of 1.5 s, of 3 s allowed. A
keyframe after a loss is asked for by the relay when it gives the packet up; the recorder asks for
what the relay cannot know, and waits 200 ms first anyway. A fault of the disk is found and told in
the same turn. So nothing that is heard wakes the thread; only its end does.
"""
CLOSE_PATIENCE_S = 60.0
RESTART_S = 0.5
MAX_RESTART_S = 60.0
"""Whatever kills a recorder again and again gets a pause twice as long each time, up to this."""
MAX_FAILED = 20
"""Turns in a row whose deadlines raise: what a recorder has in its hands is spoilt then."""
KEY_BYTES = 32

log = logging.getLogger(__name__)


_Expected = tuple[frozenset[TrackSource], Mapping[TrackSource, GapCause]]


class RecorderStuckError(Exception):
    """Nothing is written any more, turn after turn."""


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
        pictures: PictureChecker | None = None,
        logged: int = 0,
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
        disk = disk or RecordDisk()

        def make() -> tuple[CallStore, CallCore]:
            # No number that was told is given out again, however the journal looks by then.
            told = max(logged, self._told_n)
            store = CallStore(call, call_key, directory, clock, self._tell, disk, told)
            return store, CallCore(call, store, keyframes, clock, on_event, pictures)

        self._told_n = 0
        self._make = make
        self._store, self._core = make()
        self._clock = clock
        self._heard: deque[Item] = deque()
        self._failed = 0
        self._pause_s = RESTART_S
        self._born_ms = 0
        self._known: set[str] = set()
        self._error: str | None = None
        self._expected: dict[str, _Expected] = {}
        self._expect: list[tuple[str, _Expected]] = []
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
        return max(self._store.last_n, self._told_n)

    def start(self) -> None:
        """Starts the thread, whose first work is to arm the recording. A disk that fails does not
        raise here: health is red and the recorder keeps trying.
        """
        self._thread.start()

    def set_expected(
        self,
        leg: str,
        sources: Collection[TrackSource],
        held_back: Mapping[TrackSource, GapCause] | None = None,
    ) -> None:
        """What is expected of a leg from now on; nothing if empty. Of these the ones that are
        `held_back` on purpose, and why, are missing in the ledger and yet no fault.
        """
        with self._expect_lock:
            self._expect.append((leg, (frozenset(sources), dict(held_back or {}))))

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
        """Whatever ends the recorder, the call goes on, and then so does its recording: in new
        parts, as after a worker's death. Only one that dies at the call's end, and then once more,
        leaves that end to the reconciliation.
        """
        deaths_at_end = 0
        while (died := self._died()) is not None and not self._aborted and deaths_at_end < 2:
            deaths_at_end += self._reason is not None
            self._begin_anew(died)

    def _died(self) -> str | None:
        """Records until the call's end; what it died of, if it did."""
        try:
            self._record()
        except BaseException as error:
            log.exception("recorder died")
            return type(error).__name__
        finally:
            with suppress(OSError):
                self._store.abandon()
        return None

    def _begin_anew(self, died: str) -> None:
        now_ns = self._clock.mono_ms() * 1_000_000
        opened = [TrackOpened(info, now_ns) for info in self._core.tracks]
        self._heard.extendleft(reversed(opened))
        dead = self._core
        if self._clock.mono_ms() - self._born_ms >= MAX_RESTART_S * 1_000:
            self._pause_s = RESTART_S
            self._known.clear()
        self._store, self._core = self._make()
        self._core.inherit(dead)
        # What kills it time and again is one fault, with the error that did.
        if died not in self._known:
            self._store.report(GapCause.WORKER_RESTART, f"recorder died: {died}")
        self._known |= {died} if self._error is None else {died, self._error}
        for leg, (sources, held_back) in self._expected.items():
            self._core.expect(leg, sources, held_back)
        self._failed = 0
        self._rest(self._pause_s)
        self._pause_s = min(2 * self._pause_s, MAX_RESTART_S)

    def _rest(self, seconds: float) -> None:
        """Until the call ends, or that long; the desk hears of it meanwhile."""
        while seconds > 0 and not self._aborted and self._reason is None:
            self._on_event(self._core.health())
            self._wake.wait(min(seconds, 1.0))
            seconds -= 1.0

    def _record(self) -> None:
        self._born_ms = self._clock.mono_ms()
        # Arms the recording at once. No packet is taken before: what a predecessor left must be
        # known when the first frame comes.
        self._deadlines()
        while not self._aborted and self._reason is None:
            self._heard.extend(self._queue.take())
            self._turn()
            self._wake.wait(TICK_S)
        if self._reason is not None and not self._aborted:
            self._end(self._reason)

    def _turn(self) -> None:
        # Packets before deadlines: what fills a hole may be among them.
        while not self._survives(lambda: self._core.handle(self._heard)):
            pass  # what failed is off `_heard`
        self._deadlines()

    def _deadlines(self) -> None:
        with self._expect_lock:
            expect, self._expect = self._expect, []
        for leg, expected in expect:
            self._expected[leg] = expected
            self._core.expect(leg, *expected)
        self._failed = 0 if self._survives(self._core.tick) else self._failed + 1
        if self._failed > MAX_FAILED:
            raise RecorderStuckError

    def _tell(self, event: DurableEvent) -> None:
        self._told_n = event.n
        self._on_event(event)

    def _survives(self, step: Callable[[], None]) -> bool:
        """One malformed packet must not end a recording."""
        try:
            step()
        except Exception as error:
            self._error = type(error).__name__
            if self._core.note_error(self._error, known=self._error in self._known):
                log.exception("recorder step failed")  # the traceback names no person
            return False
        return True

    def _end(self, reason: str) -> None:
        self._heard.extend(self._queue.take())
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
