"""One leg on aiortc that knows which frames it sent and which of the others' it showed."""

import asyncio

import av

from bench.lines.proxy import Proxy
from casework.ports import TrackSource
from outlet_client.agent.frame_code import read_frame_code
from outlet_client.agent.peer import StationPeer
from outlet_client.agent.tracks import CameraTrack, MicrophoneTrack, Stage


class LineStation:
    """Live-encoded picture and beeps. `shown` are the numbers of the frames of other stations that
    were decoded here, by station; `sees` is set from the first of them.
    """

    def __init__(self, number: int, proxy: Proxy | None) -> None:
        self.number = number
        stage = Stage()
        self.camera = CameraTrack(stage, number, f"leg {number}")
        self.shown: dict[int, set[int]] = {}
        self.sees = asyncio.Event()
        self._proxy = proxy
        self._peer = StationPeer(
            {
                TrackSource.CAMERA: self.camera,
                TrackSource.MICROPHONE: MicrophoneTrack(stage, number),
            },
            self._frame,
        )

    async def answer(self, sdp: str) -> str:
        return await self._peer.answer(sdp if self._proxy is None else self._proxy.announce(sdp))

    async def leave(self) -> None:
        await self._peer.close()

    def _frame(self, mid: str, frame: av.VideoFrame | av.AudioFrame) -> None:
        del mid
        if isinstance(frame, av.VideoFrame):
            plane = frame.planes[0]
            code = read_frame_code(bytes(plane), frame.width, frame.height, plane.line_size)
            if code is not None:
                self.shown.setdefault(code.station, set()).add(code.number)
                self.sees.set()
