"""`journal.jsonl`: the durable events of one call, numbered and synced before anyone hears them.

It alone gives out `n`. Whoever holds its lock may append: the recorder of the call, or after that
one's death the recorder or the reconciliation that takes over.
"""

import errno
import fcntl
import itertools
import os
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from audit.durable import make_directory
from casework.worker_link.messages import DurableEvent, RoomClosed
from recording.worker.journal_repair import JournalMender
from recording.worker.record_disk import RecordDisk, lock_file

JOURNAL_NAME = "journal.jsonl"
RESERVE_NAME = "journal.reserve"
DAMAGED_NAME = "journal.damaged-{}.jsonl"
RESERVE_BYTES = 64 * 1024
"""Taken while there is space, given back when there is none: a full disk can still say so."""

_EVENT: TypeAdapter[DurableEvent] = TypeAdapter(DurableEvent)


class JournalDamagedError(Exception):
    """A complete line of the journal is not an event, or the numbers have a hole."""


class Journal:
    def __init__(self, directory: Path, disk: RecordDisk) -> None:
        self._directory = directory
        self._path = directory / JOURNAL_NAME
        self._disk = disk
        self._descriptor: int | None = None
        self._end = 0
        self._spoilt = False
        self.last_n = 0
        self.closed = False
        self.lost = 0

    @property
    def is_open(self) -> bool:
        return self._descriptor is not None

    def open(self, mender: JournalMender) -> list[DurableEvent]:
        """Takes the lock and returns what the journal holds. One that is damaged is set aside, and
        a mended one takes its place; `lost` is how many lines that cost.

        Raises OSError (BlockingIOError while another process records the call).
        """
        make_directory(self._directory, disk=self._disk)
        descriptor = lock_file(self._path)
        try:
            data = _read_all(descriptor)
            # A torn last line was never offered to anyone: the sync that precedes the offer
            # had not returned. It is overwritten by the next append.
            whole = data[: data.rfind(b"\n") + 1]
            mended = mender.mend(whole)
            if mended.lost:
                descriptor, whole = self._replace(descriptor, mended.events)
            elif len(whole) < len(data):
                os.ftruncate(descriptor, len(whole))
            self._disk.sync(descriptor)
            self._disk.sync_directory(self._directory)
            self._reserve()
        except OSError:
            os.close(descriptor)
            raise
        events = mended.events
        self._descriptor, self._end, self.lost = descriptor, len(whole), mended.lost
        self.last_n = events[-1].n if events else 0
        self.closed = _ended(events)
        return events

    def append(self, events: Sequence[DurableEvent]) -> list[DurableEvent]:
        """Numbers the events, writes and syncs them; durable when this returns.

        Raises OSError, and then nothing was appended: the same call may be made again.
        """
        if self._descriptor is None:
            raise OSError(errno.EBADF, "journal is not open")
        numbered = [
            event.model_copy(update={"n": self.last_n + count})
            for count, event in enumerate(events, start=1)
        ]
        data = _lines(numbered)
        try:
            self._write(self._descriptor, data)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT} or not self._release_reserve():
                raise
            self._write(self._descriptor, data)
        self._end += len(data)
        self.last_n += len(numbered)
        self.closed = _ended(numbered)
        return numbered

    def close(self) -> None:
        """Gives the lock back; a journal that tells of the end needs no reserve any more."""
        if self._descriptor is None:
            return
        if self.closed:
            self._release_reserve()
        os.close(self._descriptor)
        self._descriptor = None

    def _write(self, descriptor: int, data: bytes) -> None:
        if self._spoilt:
            # What a failed attempt left may be longer than what comes now.
            os.ftruncate(descriptor, self._end)
        self._spoilt = True
        self._disk.write_at(descriptor, data, self._end)
        self._disk.sync(descriptor)
        self._spoilt = False

    def _replace(self, damaged: int, events: list[DurableEvent]) -> tuple[int, bytes]:
        """Puts a journal of these events in the place of the open one, which keeps its bytes under
        another name; the descriptor of the new one, and what it holds.
        """
        data = _lines(events)
        draft = self._path.with_suffix(".mended")
        draft.unlink(missing_ok=True)
        descriptor = self._disk.create(draft, data, 0o600)
        try:
            self._disk.sync(descriptor)
            # Crash here: the draft is made again. At no moment is there no journal.
            self._keep_aside()
            self._disk.rename(draft, self._path)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        os.close(damaged)
        return descriptor, data

    def _keep_aside(self) -> None:
        for count in itertools.count(1):
            try:
                self._disk.link(self._path, self._path.with_name(DAMAGED_NAME.format(count)))
            except FileExistsError:
                continue
            return

    def _reserve(self) -> None:
        try:
            self._disk.reserve(self._directory / RESERVE_NAME, RESERVE_BYTES)
        except OSError:
            # No space for the reserve is no reason not to try to record.
            self._release_reserve()

    def _release_reserve(self) -> bool:
        try:
            (self._directory / RESERVE_NAME).unlink()
        except OSError:
            return False
        return True


def read_journal(directory: Path, after: int = 0) -> list[DurableEvent]:
    """Events with `n` greater than `after`; a torn last line is left out. No lock is needed.

    Raises JournalDamagedError; a missing journal is an empty one.
    """
    try:
        data = (directory / JOURNAL_NAME).read_bytes()
    except FileNotFoundError:
        return []
    return [event for event in parse_journal(data[: data.rfind(b"\n") + 1]) if event.n > after]


def _lines(events: Sequence[DurableEvent]) -> bytes:
    return b"".join(event.model_dump_json().encode() + b"\n" for event in events)


def _ended(events: Sequence[DurableEvent]) -> bool:
    """A room that is opened again after its end goes on with its numbers, and ends again."""
    return bool(events) and isinstance(events[-1], RoomClosed)


def parse_journal(data: bytes) -> list[DurableEvent]:
    events: list[DurableEvent] = []
    for line in data.splitlines():
        try:
            event = _EVENT.validate_json(line)
        except ValidationError:
            raise JournalDamagedError(f"line {len(events) + 1} is no event") from None
        if event.n != len(events) + 1:
            raise JournalDamagedError(f"line {len(events) + 1} has number {event.n}")
        events.append(event)
    return events


def _read_all(descriptor: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    chunks = []
    while chunk := os.read(descriptor, 1 << 20):
        chunks.append(chunk)
    return b"".join(chunks)
