"""A process of this node: how it is named on disk, watched, adopted and ended.

A pid alone names nobody, since pids come again; pid *and* start time do (proc(5), field 22), as long
as the machine runs.
"""

import asyncio
import contextlib
import json
import os
import signal
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProcessId:
    """`started` is in clock ticks since boot; `facts` are what the process tells about itself."""

    pid: int
    started: int
    facts: dict[str, str | int]

    @classmethod
    def of(cls, pid: int, facts: dict[str, str | int] | None = None) -> "ProcessId":
        """Raises ProcessLookupError when there is no such process."""
        return cls(pid, _start_time(pid), facts or {})

    def alive(self) -> bool:
        try:
            return _start_time(self.pid) == self.started
        except ProcessLookupError:
            return False

    async def ended(self) -> None:
        """Waits until the process is gone, whoever its parent is (pidfd_open(2))."""
        if not self.alive():
            return
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return
        gone = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(handle, gone.set)
        try:
            # Between the two looks the pid may have come to belong to somebody else.
            if self.alive():
                await gone.wait()
        finally:
            loop.remove_reader(handle)
            os.close(handle)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)  # noqa: ASYNC222  (WNOHANG never blocks)

    def send(self, number: signal.Signals) -> None:
        if self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def write_pid_file(path: Path, facts: dict[str, str | int]) -> None:
    """The calling process names itself, once it is ready. The file appears whole or not at all."""
    named = asdict(ProcessId.of(os.getpid(), facts))
    text = json.dumps({**named, "boot": _boot()})
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(text, encoding="ascii")
    draft.chmod(0o600)
    draft.replace(path)


def read_pid_file(path: Path) -> ProcessId | None:
    """The named process if it lives; None otherwise, or when the file is no pid file."""
    try:
        value = json.loads(path.read_text(encoding="ascii"))
        named = ProcessId(int(value["pid"]), int(value["started"]), dict(value["facts"]))
        if value["boot"] != _boot():
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return named if named.alive() else None


def _boot() -> str:
    """Another one after each start of the machine (random(4))."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _start_time(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError) as error:
        raise ProcessLookupError(pid) from error
    # The command name stands in parentheses and may itself hold spaces and parentheses.
    fields = stat.rpartition(")")[2].split()
    if fields[0] in {"Z", "X"}:
        raise ProcessLookupError(pid)
    return int(fields[19])
