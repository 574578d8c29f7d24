"""Work that outlives a crash: finished pieces beside the file that is being made.

Nothing is ever half done under the file's own name: it is made in the folder, synced, and then
named. Folder and file hold what people said in the clear, so both are their maker's alone.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from audit.durable import DISK, write_file
from casework.errors import DomainError

_JOB = "job"
_LOCK = "lock"


class FileInTheWay(DomainError):
    """The file to be made is there already; `details["file"]` names it."""

    code = "E-04"
    slug = "file_in_the_way"


class AlreadyComposing(DomainError):
    """Another process makes this very file now."""

    code = "E-05"
    slug = "already_composing"


@dataclass(frozen=True, slots=True)
class WorkFolder:
    """The folder of one `target`; made by `worked_in`."""

    target: Path
    path: Path

    def piece(self, name: str) -> Path:
        return self.path / name

    def has(self, name: str) -> bool:
        return self.piece(name).exists()

    @contextmanager
    def making(self, name: str) -> Iterator[Path]:
        """Yields a path to write to; afterwards the piece is whole, synced and has its name. A
        crash before leaves a draft that is written over.
        """
        draft = self.piece(f"draft-{name}")
        yield draft
        draft.chmod(0o600)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        # Crash here: only a draft remains.
        DISK.rename(draft, self.piece(name))
        DISK.sync_directory(self.path)

    def publish(self, name: str, *, force: bool) -> None:
        """Gives the piece the target's name and removes the folder. Raises FileInTheWay."""
        piece = self.piece(name)
        if force:
            DISK.rename(piece, self.target)
        else:
            try:
                # A link refuses to replace a file that came into being meanwhile.
                DISK.link(piece, self.target)
            except FileExistsError:
                raise _in_the_way(self.target) from None
        DISK.sync_directory(self.target.parent)
        # Crash here: the file is whole; the folder stays until the file is made once more.
        DISK.remove_tree(self.path)


def refuse_if_there(target: Path, *, force: bool) -> None:
    """Raises FileInTheWay."""
    if target.exists() and not force:
        raise _in_the_way(target)


def _in_the_way(target: Path) -> FileInTheWay:
    return FileInTheWay(f"{target.name} is there already; --force replaces it", file=target.name)


@contextmanager
def worked_in(target: Path, job: str) -> Iterator[WorkFolder]:
    """The folder of `target` with what is finished of the same `job` (a hash of all that decides
    over the result); pieces of another job are thrown away. Raises AlreadyComposing, OSError.
    """
    path = target.with_name(f".{target.name}.composing")
    path.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyComposing("another process makes this file") from None
        known = path / _JOB
        if not known.exists() or known.read_text(encoding="ascii") != job:
            for old in path.iterdir():
                if old.name != _LOCK:
                    shutil.rmtree(old) if old.is_dir() else old.unlink()
            write_file(known, job.encode("ascii"), mode=0o600)
        yield WorkFolder(target, path)
    finally:
        os.close(descriptor)
