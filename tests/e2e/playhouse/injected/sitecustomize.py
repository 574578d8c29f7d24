"""What breaks in a node under test. Python loads this file by its name, in every process that has
its folder on PYTHONPATH. It acts while a file of this name lies in the folder YUNCHUANG_TEST_FAULTS:

    clock    the wall clock of every process is ahead by the seconds that stand in it; no other is
    eio      in a media worker every fsync fails, as on a dying disk
    hang     there every fsync waits, as on a disk that is gone
    death    there the next fsync ends its thread by what nobody catches
"""

import errno
import os
import sys
import time
from pathlib import Path

_FOLDER = Path(os.environ.get("YUNCHUANG_TEST_FAULTS", "/nonexistent"))
_LOOK_EVERY_NS = 100_000_000
_sync, _wall_ns = os.fsync, time.time_ns


class Death(BaseException):
    """Nobody foresaw this."""


class Clock:
    """Reads its file now and then: the clock is asked hundreds of times a second."""

    def __init__(self) -> None:
        self._ahead_ns = 0
        self._looked_ns = 0

    def time_ns(self) -> int:
        now_ns = time.monotonic_ns()
        if now_ns - self._looked_ns > _LOOK_EVERY_NS:
            self._looked_ns = now_ns
            try:
                self._ahead_ns = int((_FOLDER / "clock").read_text()) * 1_000_000_000
            except (OSError, ValueError):
                self._ahead_ns = 0
        return _wall_ns() + self._ahead_ns

    def time(self) -> float:
        return self.time_ns() / 1e9


def _fsync(descriptor: int) -> None:
    while (_FOLDER / "hang").exists():
        time.sleep(0.05)
    if (_FOLDER / "death").exists():
        (_FOLDER / "death").unlink()
        raise Death
    if (_FOLDER / "eio").exists():
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    _sync(descriptor)


if _FOLDER.exists():
    clock = Clock()
    time.time_ns, time.time = clock.time_ns, clock.time
    if "yunchuang.media" in sys.orig_argv:
        os.fsync = _fsync
