"""One leg on aiortc that knows which frames it sent and which of the others' it showed."""

import asyncio
import time

import av

from bench.lines.call import Account
from bench.lines.numbering import Counted
from bench.lines.proxy import Proxy
from casework.ports import TrackSource
from outlet_client.agent.frame_code import read_frame_code
from outlet_client.agent.peer import StationPeer
from outlet_client.agent.tracks import CameraTrack, MicrophoneTrack, Stage


class LineStation:
    """Live-encoded picture and beeps, every frame with a number of its own."""

    def __init__(self, number: int, proxy: Proxy | None) -> None:
        self.number = number
        self._stage = stage = Stage()
        self._camera = CameraTrack(stage, number, f"leg {number}")
        self._counted = 0
        self._shown: dict[int, dict[int, float]] = {}
        self._sees = asyncio.Event()
        self._proxy = proxy
        self._peer = StationPeer(
            {
                TrackSource.CAMERA: self._camera,
                TrackSource.MICROPHONE: MicrophoneTrack(stage, number),
            },
            self._frame,
        )

    async def answer(self, sdp: str) -> str:
        return await self._peer.answer(sdp if self._proxy is None else self._proxy.announce(sdp))

    async def until_sees(self) -> None:
        await self._sees.wait()

    async def count(self) -> None:
        self._counted = self._camera.sent

    async def account(self) -> Account:
        shown = {station: list(pictures.items()) for station, pictures in self._shown.items()}
        return Account(self._counted, Counted(), shown, late_ms=1000 * self._stage.late_s)

    async def leave(self) -> None:
        await self._peer.close()

    def _frame(self, mid: str, frame: av.VideoFrame | av.AudioFrame) -> None:
        del mid
        if isinstance(frame, av.VideoFrame):
            plane = frame.planes[0]
            code = read_frame_code(bytes(plane), frame.width, frame.height, plane.line_size)
            if code is not None:
                self._shown.setdefault(code.station, {})[code.number] = time.monotonic()
                self._sees.set()
