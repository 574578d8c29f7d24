"""The sequencer: committed entries go into the Merkle log, in commit order, each exactly once.

One at a time: `MerkleLog.open` holds an exclusive flock on the log's directory, and on many nodes
the compare-and-swap of the checkpoint store is the fence (an old holder's next append fails).

Crash points of one batch:
  read waiting entries        nothing happened
  MerkleLog.append            it says itself what is in the log after a crash: all or nothing
  (here)                      the log is ahead of the database. `_reconcile` reads the log's tail,
                              compares leaf hashes with the waiting entries and writes the indices
                              back; without it the batch would be appended a second time
  indices written back        done
"""

import threading
import time

import structlog

from audit import merkle
from audit.errors import LogStateError, RollbackError
from audit.log import MerkleLog
from casework.actor import SYSTEM
from casework.log import sequenced
from casework.log.heartbeat import Heartbeat
from casework.log.sequenced import SetLogIndexes, set_log_indexes
from casework.store.engine import Store
from casework.store.writer import Writer

INTERVAL_S = 1.0
BATCH = 256
MAX_BATCH = 2_048
RETRY_S = 1.0

_log = structlog.get_logger(component="sequencer")


class EditedEntry(LogStateError):
    """An entry that waits is no longer what its own hash, and its successor's `prev`, say."""


class Sequencer:
    """Runs in a thread of its own between `start` and `stop`; owns `log` while it runs.

    `fault` says why entries wait, or None while they flow. RollbackError and EditedEntry are final:
    log and database contradict each other, and nothing more is signed until a person has looked.
    """

    def __init__(
        self,
        store: Store,
        writer: Writer,
        log: MerkleLog,
        *,
        heartbeat: Heartbeat | None = None,
        interval_s: float = INTERVAL_S,
        batch: int = BATCH,
    ) -> None:
        self._store = store
        self._writer = writer
        self._merkle_log = log
        self._heartbeat = heartbeat
        self._interval_s = interval_s
        self._batch = batch
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        # Owned by `turn`: the log's size as written back, None if that is not certain.
        self._written_back: int | None = None
        self._turning = threading.Lock()
        self.fault: Exception | None = None

    def start(self) -> None:
        if self._thread is not None:
            raise RuntimeError("the sequencer runs already")
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="sequencer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Logs what is committed, if it can, and returns when the thread has ended.

        Call it before the Writer stops: indices are written back through it.
        """
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stopping = True
        self._wake.set()
        thread.join()

    def reconcile(self) -> None:
        """Compares log and database and repairs what a crash left, without logging anything new.

        Raises RollbackError if they contradict each other: the desk must not start then.
        """
        with self._turning:
            self._reconcile()

    def turn(self) -> int:
        """Logs everything that is committed now; returns how many entries.

        Raises RollbackError or EditedEntry if log and database contradict each other, otherwise
        LogFailedError or a DomainError of the writer; repeating it is always safe.
        """
        with self._turning:
            if self._written_back is None:
                self._reconcile()  # a start, or the last turn failed somewhere
            total = 0
            while logged := self._append_batch():
                total += logged
            return total

    def _append_batch(self) -> int:
        with self._store.reading() as conn:
            entries = sequenced.waiting(conn, limit=MAX_BATCH)
        if not entries:
            return 0
        for entry in entries:
            if merkle.leaf_hash(entry.body).hex() != entry.leaf_hash:
                raise EditedEntry(f"entry {entry.seq} of {entry.chain} was edited in the database")
        self._written_back = None
        indices = self._merkle_log.append([entry.body for entry in entries])
        # Crash here: see `_reconcile`.
        positions = tuple(entry.position for entry in entries)
        command = SetLogIndexes(indices.start, positions)
        self._writer.run_sync(set_log_indexes, command, actor=SYSTEM)
        self._written_back = indices.stop
        return len(entries)

    def _reconcile(self) -> None:
        """Makes the database know exactly what is in the log."""
        self._merkle_log.recover()
        size = self._merkle_log.size
        with self._store.reading() as conn:
            known = sequenced.known_size(conn)
            last_known = sequenced.leaf_at(conn, known - 1) if known else None
            entries = sequenced.waiting(conn, limit=max(0, size - known))
        if known > size:
            raise RollbackError(f"the database knows {known} logged entries, the log has {size}")
        if known and merkle.leaf_hash(self._merkle_log.entry(known - 1)).hex() != last_known:
            raise RollbackError(f"entry {known - 1} of the log is not the database's")
        logged = self._merkle_log.reader(size).entries(known)
        tail = [merkle.leaf_hash(body).hex() for body in logged]
        if tail != [entry.leaf_hash for entry in entries]:
            raise RollbackError("the log holds entries that the database does not have")
        if entries:
            command = SetLogIndexes(known, tuple(entry.position for entry in entries))
            self._writer.run_sync(set_log_indexes, command, actor=SYSTEM)
            _log.info("indices_written_back", entries=len(entries))
        self._written_back = size

    def _work(self) -> None:
        forget = self._writer.on_news(self._wake.set)
        try:
            while True:
                stopping = self._stopping  # read before the turn: what came before it is logged
                self._guarded_turn()
                if stopping or isinstance(self.fault, RollbackError | EditedEntry):
                    return
                self._wait()
        finally:
            forget()

    def _guarded_turn(self) -> None:
        try:
            self.turn()
            if self._heartbeat is not None and self._heartbeat.beat_if_due(
                self._merkle_log.checkpoint
            ):
                self.turn()
        except Exception as error:  # noqa: BLE001 - a thread that died unseen would be worse
            if type(self.fault) is not type(error):
                _log.error("entries_wait", error=type(error).__name__, reason=str(error))
            self.fault = error
        else:
            self.fault = None

    def _wait(self) -> None:
        """Returns after the interval, or sooner when a batch is full or the thread is to end."""
        end = time.monotonic() + (self._interval_s if self.fault is None else RETRY_S)
        while not self._stopping and (left := end - time.monotonic()) > 0:
            self._wake.clear()
            if self._is_full():
                return
            self._wake.wait(left)

    def _is_full(self) -> bool:
        if self.fault is not None:
            return False
        try:
            with self._store.reading() as conn:
                return sequenced.count_waiting(conn, limit=self._batch) >= self._batch
        except Exception:  # noqa: BLE001 - a look that fails is the next turn's to report
            return False
