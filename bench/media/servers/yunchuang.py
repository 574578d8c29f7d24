"""Our media worker, as the benchmark's clients join it."""

import secrets
from pathlib import Path

from bench.driven_worker import DrivenWorker
from bench.media.clients import ClientPool
from bench.media.servers.port import participants
from casework.ids import new_id


class Yunchuang:
    module = "yunchuang.media"

    def __init__(self, folder: Path, *, recording: bool) -> None:
        self.folder = folder
        self._recording = recording
        self._worker = DrivenWorker(folder, self._answer, module=self.module)
        self._participants: dict[str, int] = {}
        self._clients: ClientPool | None = None

    @property
    def pid(self) -> int:
        return self._worker.pid

    async def start(self) -> None:
        await self._worker.start()

    async def open_room(self, room: int, clients: ClientPool) -> None:
        self._clients = clients
        call = new_id()
        folder = self.folder / "recordings" / call
        folder.mkdir(parents=True)
        key = secrets.token_bytes(32)
        await self._worker.open_call(call, folder, key, record=self._recording)
        for participant in participants(room):
            leg = f"leg-{participant}"
            self._participants[leg] = participant
            await self._worker.join(call, leg)

    async def settled(self) -> None:
        """Nothing more to do than wait."""

    async def stop(self) -> None:
        await self._worker.stop()

    async def _answer(self, leg: str, sdp: str) -> str:
        assert self._clients is not None
        return await self._clients.answer(self._participants[leg], leg, sdp, publishes=True)
