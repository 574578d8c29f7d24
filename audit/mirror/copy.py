"""A copy of somebody else's log that holds nothing unchecked.

Only entries are taken from the source; every tile is made anew from them, so that the root of the
copy is what the entries say. Order of each step forward: tiles and bundles, synced -> root compared
with the signed checkpoint -> compare-and-swap of the checked head -> checkpoint beside the tiles.
What lies beyond the checked head after a crash is read by nobody and written again.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from audit import durable, merkle, tiles
from audit.checkpoint import EMPTY_HEAD, SignedCheckpoint, TreeHead, open_checkpoint
from audit.checkpoint_store import FileLockBackend
from audit.durable import DISK, Disk
from audit.edge import load_verified
from audit.errors import AlreadyInitialisedError, MalformedError, ProofError, RollbackError
from audit.log import directory_reader
from audit.mirror.actors import Actors
from audit.mirror.before import LogsBefore
from audit.mirror.chains import Chains
from audit.note import MAX_NOTE_SIZE, VerifyingKey
from audit.successor import SUCCESSOR_TYPE

LOG = "log"
CHECKED = "checked"
MAX_BUNDLE = tiles.WIDTH * (65_535 + 2)
_STEP = 8 * tiles.WIDTH
"""Entries that are held in memory and written at once."""


class Source(Protocol):
    """A log to copy, as C2SP tlog-tiles lays it out."""

    def read(self, path: str, limit: int) -> bytes:
        """The bytes at `path`. Raises FileNotFoundError if there are none, MalformedError if there
        are more than `limit`, OSError when it cannot be reached in time.
        """


class Copy:
    """One log's copy under `folder`. One thread at a time.

    Opening reads all of it again: a copy that was damaged or changed is not gone on with.
    """

    def __init__(self, folder: Path, log_key: VerifyingKey, *, disk: Disk = DISK) -> None:
        """Raises RollbackError if the copy is not what was checked, EntryRefused likewise."""
        self._directory = folder / LOG
        self._log_key = log_key
        self._disk = disk
        self._store = FileLockBackend(folder / CHECKED, disk=disk)
        # A copy whose head was lost is read again from its first entry: nothing is believed.
        with contextlib.suppress(AlreadyInitialisedError):
            self._store.create(log_key.name, EMPTY_HEAD)
        self._head = self._store.fetch(log_key.name)
        self._chains, self._before = Chains(), LogsBefore(log_key.name)
        self._actors = Actors(self._before.origin_at)
        self._edge = load_verified(self._head, self.reader())
        for index, entry in enumerate(self.reader().entries()):
            self._take(index, entry)
        self._before.judge(self.reader())
        self._commit()

    @property
    def head(self) -> TreeHead:
        """Of the tree whose every entry was checked."""
        return self._head

    @property
    def chain_count(self) -> int:
        return len(self._chains.heads)

    def reader(self) -> tiles.TileReader:
        return directory_reader(self._directory, self._head.size)

    def holds(self, head: TreeHead) -> bool:
        """Whether the tree of `head` is a beginning of what was checked."""
        reader = self.reader()
        return head.size <= self._head.size and (
            merkle.tree_root(head.size, reader.node) == head.root
        )

    def pull(self, source: Source) -> SignedCheckpoint:
        """Takes and checks everything up to the source's newest checkpoint, which it returns.

        Raises OSError or MalformedError for a source that cannot be read, SignatureError for a
        checkpoint that the log did not sign, RollbackError for one that is older than the copy or
        of another history, EntryRefused for an entry that breaks its chain or was not
        signed as it says, ProofError for entries
        that do not lead to the checkpoint. Then the copy is what it was.
        """
        signed = open_checkpoint(source.read(tiles.CHECKPOINT, MAX_NOTE_SIZE), self._log_key)
        if signed.head.size < self._head.size:
            raise RollbackError(f"the log went back from {self._head.size} to {signed.head.size}")
        if signed.head.size == self._head.size and signed.head != self._head:
            raise RollbackError(f"the log has two roots for size {signed.head.size}")
        if signed.head != self._head:
            try:
                self._advance(source, signed)
            finally:
                for gathered in (self._chains, self._before, self._actors):
                    gathered.discard()
        self._publish(signed)
        return signed

    def _advance(self, source: Source, signed: SignedCheckpoint) -> None:
        edge = self._edge.copy()
        for entries in _steps(source, self._head.size, signed.head.size):
            for index, entry in enumerate(entries, edge.size):
                self._take(index, entry)
            files = edge.extend(entries)
            # Crash here, or a root that differs below: files that nobody reads.
            durable.write_files(
                {self._directory / path: data for path, data in files.items()}, disk=self._disk
            )
        if edge.head() != signed.head:
            raise ProofError("the entries do not lead to the checkpoint's root")
        self._before.judge(directory_reader(self._directory, edge.size))
        self._store.replace(self._log_key.name, self._head, signed.head)
        self._head, self._edge = signed.head, edge
        self._commit()
        # Crash here: the copy is whole, and the next pull gives it its checkpoint.

    def _take(self, index: int, data: bytes) -> None:
        entry = self._chains.take(index, data)
        if entry.type == SUCCESSOR_TYPE:
            self._before.take(index, data, f"entry {index} of the log, {entry.chain}#{entry.seq}")
        self._actors.take(index, entry)

    def _commit(self) -> None:
        for gathered in (self._chains, self._before, self._actors):
            gathered.commit()

    def _publish(self, signed: SignedCheckpoint) -> None:
        path, data = self._directory / tiles.CHECKPOINT, signed.encode()
        if not path.exists() or path.read_bytes() != data:
            durable.write_file(path, data, disk=self._disk)


def _steps(source: Source, start: int, end: int) -> Iterator[list[bytes]]:
    """The entries from `start` up to `end`, in lists that end at whole bundles."""
    waiting: list[bytes] = []
    for number in range(start // tiles.WIDTH, -(-end // tiles.WIDTH)):
        width = tiles.tile_width(end, 0, number)
        entries = tiles.decode_bundle(_bundle(source, number, width))[:width]
        if len(entries) != width:
            raise MalformedError("an entry bundle holds fewer entries than its tree")
        waiting += entries[max(0, start - number * tiles.WIDTH) :]
        if len(waiting) >= _STEP:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _bundle(source: Source, number: int, width: int) -> bytes:
    try:
        return source.read(tiles.bundle_path(number, width), MAX_BUNDLE)
    except FileNotFoundError:
        # The log grew meanwhile: a partial bundle may be gone as soon as the full one exists.
        if width == tiles.WIDTH:
            raise
        return source.read(tiles.bundle_path(number), MAX_BUNDLE)
