"""The disk of a recorder: `audit.durable.Disk` and a positioned write."""

import fcntl
import os
from pathlib import Path

from audit.durable import Disk


class RecordDisk(Disk):
    """Writes at a position, so that a write which failed is repeated with the same bytes at the
    same place. After a failed fsync the kernel may have dropped what was not written yet while
    calling the page clean: only writing it again and syncing again makes it durable.
    """

    def write_at(self, descriptor: int, data: bytes, offset: int) -> None:
        view = memoryview(data)
        while view:
            written = os.pwrite(descriptor, view, offset)
            view = view[written:]
            offset += written

    def reserve(self, path: Path, size: int) -> None:
        """Makes a file of `size` bytes whose blocks are really taken."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, size)
        finally:
            os.close(descriptor)


def lock_file(path: Path) -> int:
    """Opens `path` for reading and writing, locked against every other process.

    Raises BlockingIOError while another one holds it. The kernel lets go when the holder dies.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
