"""The log: entries in, signed checkpoints out.

Order of every append, each step durable before the next begins:
tiles and bundles -> compare-and-swap of the tree head in the checkpoint store -> signature ->
checkpoint in the log's directory. The swap is the commit: before it a batch is not in the log,
after it the whole batch is, whatever happens next. The key signs nothing that is not in the
store, so no crash can make it sign two histories.
"""

import fcntl
import os
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from audit import durable, merkle, tiles
from audit.checkpoint import (
    EMPTY_HEAD,
    Checkpoint,
    SignedCheckpoint,
    TreeHead,
    open_checkpoint,
    sign_checkpoint,
)
from audit.checkpoint_store import LockBackend
from audit.durable import DISK, Disk
from audit.edge import Edge, load_verified
from audit.errors import (
    AlreadyInitialisedError,
    AuditError,
    LogFailedError,
    LogLockedError,
    MalformedError,
    RollbackError,
    SignatureError,
)
from audit.note import SigningKey, Verifier, VerifyingKey
from audit.proof_file import ProofFile
from audit.tiles import TileReader


class MerkleLog:
    """The one writer of a log; its origin is the name of `key`.

    Made by `init` or `open`, which hold an exclusive lock on the directory until `close`.
    `append` and `recover` may be called from any thread; readers see the last published state.
    """

    def __init__(
        self, directory: Path, store: LockBackend, key: SigningKey, *, disk: Disk = DISK
    ) -> None:
        """Use `init` or `open`: a log built by hand holds no lock and knows no state."""
        self._directory = directory
        self._store = store
        self._key = key
        self._disk = disk
        self._lock: int | None = None
        # Owned by whoever holds `_writing`; None from a failed step until `recover` succeeds.
        self._writing = threading.Lock()
        self._edge: Edge | None = None
        # Replaced whole, so that readers need no lock.
        self._published: SignedCheckpoint = sign_checkpoint(Checkpoint(key.name, EMPTY_HEAD), key)

    @classmethod
    def init(
        cls, directory: Path, store: LockBackend, key: SigningKey, *, disk: Disk = DISK
    ) -> Self:
        """Begin a new log. Only the operator's `log init` calls this, never a start-up.

        Raises AlreadyInitialisedError if the directory or the store holds this log or another.
        """
        if (directory / tiles.CHECKPOINT).exists() or (directory / "tile").exists():
            raise AlreadyInitialisedError("the directory holds a log")
        durable.make_directory(directory, disk=disk)
        store.create(key.name, EMPTY_HEAD)
        # Crash here: `open` finds an empty log without a checkpoint and publishes one.
        return cls.open(directory, store, key, disk=disk)

    @classmethod
    def open(
        cls, directory: Path, store: LockBackend, key: SigningKey, *, disk: Disk = DISK
    ) -> Self:
        """Take the lock and recover.

        Raises NotInitialisedError if the store has no head for this origin, LogLockedError if
        another process writes this log, RollbackError as `recover` does.
        """
        store.fetch(key.name)
        log = cls(directory, store, key, disk=disk)
        log._lock = _take_lock(directory)
        try:
            log.recover()
        except BaseException:
            log.close()
            raise
        return log

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the directory; further appends raise LogFailedError."""
        with self._writing:
            self._edge = None
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None

    @property
    def origin(self) -> str:
        return self._key.name

    @property
    def checkpoint(self) -> SignedCheckpoint:
        """The newest published checkpoint."""
        return self._published

    @property
    def size(self) -> int:
        """Entries under the newest published checkpoint."""
        return self._published.head.size

    def append(self, entries: Sequence[bytes]) -> range:
        """Log a batch of encoded entries; returns their indices.

        When this returns, all of them stand under a published checkpoint. Raises
        EntryTooLargeError before anything is written, LogFailedError if a step failed: then call
        `recover`, after which `size` tells whether the batch is in the log, wholly or not at all.
        """
        with self._writing:
            if self._edge is None:
                raise LogFailedError("a step failed earlier, or the log is closed")
            old = self._edge
            new = old.copy()
            files = new.extend(entries)
            if not files:
                return range(old.size, old.size)
            self._edge = None
            try:
                self._commit(old.head(), new.head(), files)
            except (OSError, AuditError) as error:
                raise LogFailedError("an append failed; recover before the next") from error
            self._edge = new
        self._drop_partials(files)
        return range(old.size, new.size)

    def recover(self) -> None:
        """Find out what is durable and go on from there; also heals a crash at any point.

        Raises RollbackError, and the log stays shut, if the tree on disk is not the one in the
        checkpoint store, or if the published checkpoint is ahead of the store or of another
        history: one of the three was restored or changed, and signing on would fork the log. An
        OSError leaves the log shut too, and `recover` may be tried again.
        """
        with self._writing:
            if self._lock is None:
                raise LogFailedError("the log is closed")
            self._edge = None
            durable.sync_names(self._directory, disk=self._disk)
            head = self._store.fetch(self.origin)
            reader = self.reader(head.size)
            edge = load_verified(head, reader)
            published = self._read_published()
            if published is not None:
                _check_history(published.head, head, reader)
            if published is None or published.head != head:
                # A crash fell between the swap and the publication; only the latter is missing.
                self._publish(head)
            else:
                self._published = published
            self._edge = edge

    def root_at(self, size: int) -> bytes | None:
        """Of the tree of so many entries; None beyond the published one. Raises FileNotFoundError or
        an AuditError where its tiles cannot be read.
        """
        reader = self.reader()
        return merkle.tree_root(size, reader.node) if size <= reader.size else None

    def reader(self, size: int | None = None) -> TileReader:
        """Tiles and entries of the tree of `size`, by default the published one."""
        return directory_reader(self._directory, self.size if size is None else size)

    def entry(self, index: int) -> bytes:
        """Raises ProofError if no such entry is published."""
        return self.reader().entry(index)

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        return self.reader().inclusion_proof(index, size)

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        return self.reader().consistency_proof(old, new)

    def proof_file(self, index: int) -> ProofFile:
        """The `.tlog-proof` of one entry under the newest published checkpoint."""
        (proof,) = proof_files(self._published, self.reader(), [index])
        return proof

    def _commit(self, old: TreeHead, new: TreeHead, files: dict[str, bytes]) -> None:
        paths = {self._directory / path: data for path, data in files.items()}
        # Crash in here: files beyond the stored size, which nobody reads and the next append
        # overwrites. That is why tiles are renamed into place and not linked.
        durable.write_files(paths, disk=self._disk)
        self._store.replace(self.origin, old, new)
        # Crash here: the batch is in the log; `recover` publishes its checkpoint.
        self._publish(new)

    def _publish(self, head: TreeHead) -> None:
        signed = sign_checkpoint(Checkpoint(self.origin, head), self._key)
        durable.write_file(self._directory / tiles.CHECKPOINT, signed.encode(), disk=self._disk)
        self._published = signed

    def _read_published(self) -> SignedCheckpoint | None:
        try:
            data = (self._directory / tiles.CHECKPOINT).read_bytes()
        except FileNotFoundError:
            return None
        try:
            return open_checkpoint(data, self._key.verifying_key)
        except (MalformedError, SignatureError) as error:
            raise RollbackError("the published checkpoint is not of this log") from error

    def _drop_partials(self, files: Iterable[str]) -> None:
        # Only after publication, so that no checkpoint ever lacks its tiles. What a crash leaves
        # here is harmless: readers ask for a partial tile by its exact width.
        for path in files:
            if not path.rpartition("/")[0].endswith(".p"):
                self._disk.remove_tree(self._directory / tiles.partial_directory(path))


def directory_reader(directory: Path, size: int) -> TileReader:
    """Reads the tree of `size` from a log's directory."""
    return TileReader(size, lambda path: (directory / path).read_bytes())


def read_published(
    directory: Path, log_key: VerifyingKey, witnesses: Sequence[Verifier] = ()
) -> tuple[SignedCheckpoint, TileReader]:
    """The published state of a log that some process may be writing, without its lock.

    Raises FileNotFoundError if nothing is published, otherwise as `open_checkpoint` does, and
    RollbackError if the tiles do not lead to the checkpoint's root.
    """
    data = (directory / tiles.CHECKPOINT).read_bytes()
    signed = open_checkpoint(data, log_key, witnesses)
    reader = directory_reader(directory, signed.head.size)
    load_verified(signed.head, reader)
    return signed, reader


def proof_files(
    signed: SignedCheckpoint, reader: TileReader, indices: Iterable[int]
) -> list[ProofFile]:
    """The `.tlog-proof` of each index under one checkpoint. Raises ProofError beyond its size."""
    checkpoint = signed.encode()
    size = signed.head.size
    return [
        ProofFile(index, tuple(reader.inclusion_proof(index, size)), checkpoint)
        for index in indices
    ]


def _check_history(published: TreeHead, stored: TreeHead, reader: TileReader) -> None:
    if published.size > stored.size:
        raise RollbackError("the checkpoint store is behind the published checkpoint")
    if merkle.tree_root(published.size, reader.node) != published.root:
        raise RollbackError("the published checkpoint is of another history")


def _take_lock(directory: Path) -> int:
    try:
        descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError as error:
        raise RollbackError("the log's directory is gone") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise LogLockedError("another process writes this log") from error
    return descriptor
