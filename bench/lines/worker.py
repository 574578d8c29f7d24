"""A real media worker with one recorded call."""

import asyncio
import secrets
from pathlib import Path

from bench.driven_worker import Answer, DrivenWorker
from casework.ids import new_id
from casework.worker_link import messages as m

CLOSE_SECONDS = 15.0


class Worker:
    def __init__(self, folder: Path, answer: Answer) -> None:
        self.call = new_id()
        self.key = secrets.token_bytes(32)
        self.recording = folder / "recording"
        self._closed = asyncio.Event()
        self._worker = DrivenWorker(folder, answer, heard=self._heard)

    async def start(self) -> None:
        """Returns when the recorder is armed; raises TimeoutError or OSError."""
        self.recording.mkdir()
        await self._worker.start()
        await self._worker.open_call(self.call, self.recording, self.key, record=True)

    async def join(self, leg: str) -> None:
        await self._worker.join(self.call, leg)

    async def close_call(self) -> None:
        """Returns when the recording is whole; raises TimeoutError."""
        await self._worker.close_call(self.call)
        await asyncio.wait_for(self._closed.wait(), CLOSE_SECONDS)

    async def stop(self) -> None:
        await self._worker.stop()

    def _heard(self, event: m.Event) -> None:
        if isinstance(event, m.RoomClosed):
            self._closed.set()
