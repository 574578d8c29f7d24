"""The process under test: starting it, its log, ending it."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

START_SECONDS = 15.0
STOP_SECONDS = 10.0


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
