"""Time-stamps over checkpoints of the log: kept for ever, and asked for by whoever makes a package.

Each is two files, the checkpoint and the authority's response over its bytes, named by the size of
the tree and the authority's time, so that a listing tells all. They are small (some kilobytes) and
cannot be had again: of an older one the time is better.
"""

import re
import threading
import time
from bisect import bisect_right, insort
from pathlib import Path

from audit import durable
from audit.checkpoint import SignedCheckpoint
from audit.durable import DISK, Disk

_NAME = re.compile(r"([0-9]{16})-([0-9]{13})\.tsr")
_RECENT = 8


class TimeStamps:
    """For use by several threads. `answering` says whether somebody asks the authority, and the
    authority answered when it was asked last: only then is it worth waiting for.
    """

    def __init__(self, folder: Path, *, disk: Disk = DISK) -> None:
        self._folder = folder
        self._disk = disk
        self._changed = threading.Condition()
        self._recent: dict[bytes, bytes] = {}
        self._wanted: dict[bytes, SignedCheckpoint] = {}
        self._answering = False
        # A crash may leave one of the two, and nobody was told then that it was stamped.
        whole = [path for path in folder.glob("*.tsr") if path.with_suffix(".checkpoint").exists()]
        names = (_NAME.fullmatch(path.name) for path in whole)
        self._taken = sorted((int(name[1]), int(name[2])) for name in names if name is not None)

    @property
    def answering(self) -> bool:
        return self._answering

    @answering.setter
    def answering(self, value: bool) -> None:
        with self._changed:
            self._answering = value
            self._changed.notify_all()

    def keep(self, stamped: SignedCheckpoint, response: bytes, at_ms: int) -> None:
        """`response` was accepted as an answer over these bytes. Durable when this returns; raises
        OSError, and then nothing was kept.
        """
        name = f"{stamped.head.size:016d}-{at_ms:013d}"
        data = stamped.encode()
        files = {
            self._folder / f"{name}.checkpoint": data,
            self._folder / f"{name}.tsr": response,
        }
        durable.write_files(files, mode=0o600, disk=self._disk)
        with self._changed:
            insort(self._taken, (stamped.head.size, at_ms))
            self._recent[data] = response
            for old in list(self._recent)[:-_RECENT]:
                del self._recent[old]
            self._wanted.pop(data, None)
            self._changed.notify_all()

    def over(self, checkpoint: SignedCheckpoint, *, wait_s: float) -> bytes | None:
        """The response over exactly this checkpoint, with its cosignatures as they are; it is asked
        for, and waited for so long. None if it did not come.
        """
        data = checkpoint.encode()
        deadline = time.monotonic() + wait_s
        with self._changed:
            while data not in self._recent and self._answering:
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self._wanted[data] = checkpoint
                self._changed.wait(left)
            self._wanted.pop(data, None)
            return self._recent.get(data)

    def wanted(self) -> SignedCheckpoint | None:
        """One that somebody waits for."""
        with self._changed:
            return next(iter(self._wanted.values()), None)

    def stamped_size(self) -> int:
        """Size of the largest tree that was stamped, 0 if none was."""
        return self._taken[-1][0] if self._taken else 0

    def time_stamped_at(self, log_index: int) -> int | None:
        """POSIX milliseconds by the authority's clock of the first stamp over this entry."""
        with self._changed:
            place = bisect_right(self._taken, (log_index, 1 << 62))
            return self._taken[place][1] if place < len(self._taken) else None
