"""What the benchmark asks of any server, so that the same clients join each in the same way."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.media.clients import ClientPool
from bench.media.schedule import PARTICIPANTS

START_SECONDS = 15.0
STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Variant:
    """A server with the options that change its cost; `event_loops` is Janus's own."""

    server: str
    recording: bool
    event_loops: int = 0

    def __str__(self) -> str:
        loops = f" event_loops={self.event_loops}" if self.server == "janus" else ""
        return f"{self.server}{loops}{' recording' if self.recording else ''}"


class Server(Protocol):
    """One process under test. Its files, `recordings/` among them, are in `folder`."""

    folder: Path

    @property
    def pid(self) -> int: ...

    async def start(self) -> None:
        """Returns when it takes commands; raises TimeoutError or OSError."""

    async def open_room(self, room: int, clients: ClientPool) -> None:
        """Three participants join room number `room`; each publishes one voice and one picture
        and subscribes to those of the two others. Participants 3 * room and the two after it.
        """

    async def settled(self) -> None:
        """Every connection stands and media has flowed."""

    async def stop(self) -> None:
        """Ends the process; safe after a failed start."""


class ServerProcess:
    """Starting and ending the process, the same for all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def spawn(self, *command: str) -> None:
        """Its talk goes to a file in its folder."""
        with (self.folder / "server.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
            )

    async def spawn_python(self, module: str, arguments: Sequence[str]) -> None:
        await self.spawn(sys.executable, "-m", module, *arguments)

    async def end(self) -> None:
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()

    def died(self) -> bool:
        return self._process is not None and self._process.returncode is not None


def participants(room: int) -> range:
    return range(PARTICIPANTS * room, PARTICIPANTS * (room + 1))
