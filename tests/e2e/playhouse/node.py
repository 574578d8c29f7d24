"""`yunchuang serve` as an installation runs it, and a disk that is too small for it."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.live.node import DESK, PASSWORD, START_S, WORKER, LiveNode, make_city

__all__ = ["DESK", "PASSWORD", "START_S", "WORKER", "LiveNode", "make_city", "small_disk"]


class Ballast:
    """A file that takes all the room a disk has left."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "ballast"

    def fill(self) -> None:
        with self._path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(1 << 12))

    def drop(self) -> None:
        self._path.unlink()


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Ballast]:
    """A real file system of `size` bytes at `folder`. Where none may be mounted the test is skipped,
    but not where everything has to be tested.
    """
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        cannot = pytest.fail if os.environ.get("CI") else pytest.skip
        cannot("needs the right to mount a tmpfs")
    try:
        yield Ballast(folder)
    finally:
        subprocess.run(["umount", folder], check=True)
