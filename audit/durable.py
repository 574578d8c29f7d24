"""Writing files so that they are still there after the power fails.

A file is written under a temporary name, synced, given its final name, and then the directory is
synced; only after the last step may anyone be told that it exists. A crash before the name is
given leaves a temporary file that nobody reads; a crash before the directory is synced leaves the
old file or the new one, never a mixture.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex

TEMPORARY_PREFIX = ".tmp-"
"""Files so named are left by a crash; whoever owns the directory may delete them at start."""


class Disk:
    """The system calls durability rests on. Tests put a failing or forgetful one in its place.

    Every method raises OSError when the kernel does.
    """

    def create(self, path: Path, data: bytes, mode: int) -> int:
        """Write a new file and return its descriptor, still open and not yet synced."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            _write_all(descriptor, data)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def append(self, descriptor: int, data: bytes) -> None:
        """Write on behind what was written through this descriptor."""
        _write_all(descriptor, data)

    def sync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        source.replace(target)

    def link(self, source: Path, target: Path) -> None:
        target.hardlink_to(source)

    def unlink(self, path: Path) -> None:
        path.unlink()

    def remove_tree(self, path: Path) -> None:
        """Best effort and not durable: for garbage, which may come back after a crash."""
        shutil.rmtree(path, ignore_errors=True)

    def make_directory(self, path: Path) -> None:
        path.mkdir()

    def sync_directory(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


DISK = Disk()


def write_file(path: Path, data: bytes, *, mode: int = 0o644, disk: Disk = DISK) -> None:
    """Put `data` at `path`, replacing what was there; durable when this returns."""
    write_files({path: data}, mode=mode, disk=disk)


def write_files(files: Mapping[Path, bytes], *, mode: int = 0o644, disk: Disk = DISK) -> None:
    """Put every file in place; all are durable when this returns.

    Each file is replaced atomically, the set is not: after a crash any part of it may be in place.
    Missing directories are made. If OSError is raised, temporary files are gone and any part of
    the set may be in place.
    """
    directories = {path.parent for path in files}
    for directory in sorted(directories):
        make_directory(directory, disk=disk)
    for path, data in files.items():
        temporary = _write_temporary(path, data, mode, disk)
        # Crash here: a temporary file remains, the target is as it was.
        try:
            disk.rename(temporary, path)
        except OSError:
            disk.unlink(temporary)
            raise
    # Crash here: names may be the old or the new ones, contents are whole either way.
    for directory in sorted(directories):
        disk.sync_directory(directory)


def create_file(path: Path, data: bytes, *, mode: int = 0o644, disk: Disk = DISK) -> None:
    """Put `data` at `path` for the first and only time; durable when this returns.

    Raises FileExistsError, and changes nothing, if `path` exists.
    """
    temporary = _write_temporary(path, data, mode, disk)
    try:
        disk.link(temporary, path)
    finally:
        disk.unlink(temporary)
    # Crash before this: the file may be missing or whole; nobody was told that it exists.
    disk.sync_directory(path.parent)


def make_directory(path: Path, *, disk: Disk = DISK) -> None:
    """Make `path` and its missing parents; each new name is synced in its parent."""
    if path.is_dir():
        return
    make_directory(path.parent, disk=disk)
    try:
        disk.make_directory(path)
    except FileExistsError:
        if not path.is_dir():
            raise
    disk.sync_directory(path.parent)


def sync_names(directory: Path, *, disk: Disk = DISK) -> None:
    """Make durable that `directory` and every directory in it hold what they show.

    A process that was killed may have named files and directories without syncing the names; they
    are seen, but a power cut could still take them back. Whoever takes over calls this before it
    builds on them.
    """
    disk.sync_directory(directory.parent)
    for path, _, _ in os.walk(directory):
        disk.sync_directory(Path(path))


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _write_temporary(path: Path, data: bytes, mode: int, disk: Disk) -> Path:
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{token_hex(8)}")
    descriptor = None
    try:
        descriptor = disk.create(temporary, data, mode)
        disk.sync(descriptor)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        if descriptor is not None:
            # Some file systems report a late write error only here.
            os.close(descriptor)
    return temporary
