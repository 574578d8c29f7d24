"""Processor time, memory and dropped datagrams of a process and its descendants, from /proc."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_SOCKET = re.compile(r"socket:\[(\d+)\]")


def tree(root: int) -> list[int]:
    """`root` and all its descendants that live now."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, ValueError):
                children[int(_stat(int(entry.name))[1])].append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children[pid]
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of these processes (a `tree`), reaped children included."""
    ticks = 0
    for pid in pids:
        with suppress(OSError):
            ticks += sum(int(field) for field in _stat(pid)[11:15])
    return ticks * _TICK_S


def resident_bytes(root: int) -> int:
    """Resident set size of the tree; a page that two of its processes share counts twice."""
    pages = 0
    for pid in tree(root):
        with suppress(OSError):
            pages += int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * _PAGE_BYTES


def descriptors(root: int) -> int:
    """Open file descriptors of the tree: sockets, files and pipes."""
    return sum(len(_entries(f"/proc/{pid}/fd")) for pid in tree(root))


def threads(root: int) -> int:
    """Threads of the tree."""
    return sum(len(_entries(f"/proc/{pid}/task")) for pid in tree(root))


def dropped_datagrams(roots: Iterable[int]) -> int:
    """Datagrams the kernel dropped at UDP sockets of these trees because a buffer was full."""
    inodes = {inode for root in roots for pid in tree(root) for inode in _sockets(pid)}
    dropped = 0
    for table in ("/proc/net/udp", "/proc/net/udp6"):
        with suppress(OSError):
            for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[9] in inodes:
                    dropped += int(fields[-1])
    return dropped


def _entries(folder: str) -> Sequence[Path]:
    """None of a process that has ended meanwhile."""
    with suppress(OSError):
        return list(Path(folder).iterdir())
    return ()


def _stat(pid: int) -> list[str]:
    """Fields of proc_pid_stat(5) after the command name: [0] is the state, [11:15] the times."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return text[text.rindex(")") + 2 :].split()


def _sockets(pid: int) -> Iterable[str]:
    folder = Path(f"/proc/{pid}/fd")
    with suppress(OSError):
        for descriptor in folder.iterdir():
            with suppress(OSError):
                match = _SOCKET.fullmatch(str(descriptor.readlink()))
                if match is not None:
                    yield match[1]
