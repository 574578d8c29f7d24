"""The checkpoint store: the one small memory that keeps a log from signing two histories.

It lies on a path of its own and is never restored from a backup. It catches accidents: a second
writer, a restored tree. Against its owner it proves nothing; witnesses and receipts do.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from audit import durable
from audit.checkpoint import Checkpoint, TreeHead
from audit.durable import DISK, Disk
from audit.errors import (
    AlreadyInitialisedError,
    HeadConflictError,
    MalformedError,
    NotInitialisedError,
    RollbackError,
)


class LockBackend(Protocol):
    """Compare-and-swap over the newest tree head of each log, as sunlight has it.

    Guarantees: when `create` or `replace` returns, the head survives a power cut, and so does a
    head that `fetch` returned; the methods may be called from several processes at once, and of
    several `replace` with the same `old` at most one succeeds. If one raises OSError, the store
    holds either the old or the new head.
    """

    def fetch(self, origin: str) -> TreeHead:
        """Raises NotInitialisedError if the log was never created here."""

    def create(self, origin: str, head: TreeHead) -> None:
        """Raises AlreadyInitialisedError if the log was created before."""

    def replace(self, origin: str, old: TreeHead, new: TreeHead) -> None:
        """Raises HeadConflictError, and changes nothing, unless the stored head is `old`."""


class FileLockBackend:
    """Tree heads in a directory: one file a log, whose text is the body of an unsigned checkpoint.

    The directory must lie on a local file system: flock and rename keep the promises.
    """

    def __init__(self, directory: Path, *, disk: Disk = DISK) -> None:
        self._directory = directory
        self._disk = disk

    def fetch(self, origin: str) -> TreeHead:
        with self._locked():
            # A killed process may have left a name that is not yet durable.
            durable.sync_names(self._directory, disk=self._disk)
            return self._read(origin)

    def create(self, origin: str, head: TreeHead) -> None:
        durable.make_directory(self._directory, disk=self._disk)
        body = Checkpoint(origin, head).body()
        with self._locked():
            try:
                durable.create_file(self._path(origin), body, disk=self._disk)
            except FileExistsError as error:
                raise AlreadyInitialisedError(f"a tree head is stored for {origin}") from error

    def replace(self, origin: str, old: TreeHead, new: TreeHead) -> None:
        body = Checkpoint(origin, new).body()
        with self._locked():
            stored = self._read(origin)
            if stored != old:
                raise HeadConflictError(
                    f"{origin} stands at size {stored.size}, not at {old.size} as expected"
                )
            durable.write_file(self._path(origin), body, disk=self._disk)

    def _read(self, origin: str) -> TreeHead:
        try:
            body = self._path(origin).read_bytes()
        except FileNotFoundError as error:
            raise NotInitialisedError(f"no tree head is stored for {origin}") from error
        try:
            checkpoint = Checkpoint.parse_body(body)
        except MalformedError as error:
            raise RollbackError(f"the tree head stored for {origin} is damaged") from error
        if checkpoint.origin != origin or checkpoint.extensions:
            raise RollbackError(f"the tree head stored for {origin} is of another log")
        return checkpoint.head

    def _path(self, origin: str) -> Path:
        # Origins hold slashes; a hash is a file name for every one of them.
        return self._directory / f"{sha256(origin.encode()).hexdigest()}.head"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        try:
            descriptor = os.open(self._directory / "lock", flags, 0o600)
        except FileNotFoundError as error:
            raise NotInitialisedError("there is no checkpoint store") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
