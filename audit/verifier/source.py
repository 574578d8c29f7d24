"""Where the files of a package come from: a folder or a stored zip, read without trusting either."""

import errno
import os
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO, Protocol

from audit.verifier.limits import CHUNK, MAX_FILES, MAX_PATH
from audit.verifier.report import Finding, UnreadableError

_SAFE_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
"""ASCII names that begin with no dot: no `..`, no hidden files, nothing absolute."""


class Source(Protocol):
    """Files by path. Guarantees: paths are safe and sorted; a read never leaves the package and
    never follows a link.
    """

    @property
    def paths(self) -> tuple[str, ...]: ...

    def size(self, path: str) -> int: ...

    def open(self, path: str) -> BinaryIO:
        """The caller closes it. Raises UnreadableError."""

    def form_faults(self) -> Iterator[Finding]:
        """What the container itself has that its one canonical form has not."""


def is_safe_path(path: str) -> bool:
    return len(path) <= MAX_PATH and _SAFE_PATH.fullmatch(path) is not None


class FolderSource:
    """A folder of regular files. Symbolic links, devices and odd names are refused."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._empty: list[str] = []
        self._sizes = dict(self._walk(""))
        if len(self._sizes) > MAX_FILES:
            raise UnreadableError("", f"at most {MAX_FILES} files", len(self._sizes))
        self.paths = tuple(sorted(self._sizes))

    def size(self, path: str) -> int:
        return self._sizes[path]

    def open(self, path: str) -> BinaryIO:
        try:
            descriptor = os.open(self._root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            raise UnreadableError(path, "a file that can be read", error.strerror) from error
        return os.fdopen(descriptor, "rb")

    def form_faults(self) -> Iterator[Finding]:
        for folder in self._empty:
            yield Finding(folder, "no empty folder", "an empty folder")

    def _walk(self, folder: str, count: int = 0) -> Iterator[tuple[str, int]]:
        names = sorted(entry.name for entry in (self._root / folder).iterdir())
        if folder and not names:
            self._empty.append(folder)
        for name in names:
            path = f"{folder}/{name}" if folder else name
            count += 1
            if not is_safe_path(path) or count > MAX_FILES:
                raise UnreadableError(path, f"a safe path, at most {MAX_FILES} files")
            info = (self._root / path).lstat()
            if S_ISDIR(info.st_mode):
                yield from self._walk(path, count)
            elif S_ISREG(info.st_mode):
                yield path, info.st_size
            else:
                raise UnreadableError(path, "a regular file: no link, no device", errno.ELOOP)


def read_whole(source: Source, path: str, limit: int) -> bytes:
    """Raises UnreadableError above `limit` bytes."""
    if source.size(path) > limit:
        raise UnreadableError(path, f"at most {limit} bytes", source.size(path))
    with source.open(path) as file:
        return file.read(limit)


def digest(source: Source, path: str) -> str:
    """Lower hex SHA-256, read in chunks: a recording may be larger than memory."""
    state = sha256()
    with source.open(path) as file:
        while chunk := file.read(CHUNK):
            state.update(chunk)
    return state.hexdigest()
