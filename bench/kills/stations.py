"""Stations that remember when they sent what, and sockets that put a bad line before the relay."""

import time

import av

from bench.lines.proxy import Proxy
from outlet_client.agent.browser import Browser
from outlet_client.agent.line import Handler, Line, Message
from outlet_client.agent.tracks import CameraTrack, MicrophoneTrack, Stage


class DatedCamera(CameraTrack):
    """`sent_at[n]` is when frame n went to the encoder, in seconds of the monotonic clock."""

    def __init__(self, stage: Stage, station: int, name: str) -> None:
        super().__init__(stage, station, name)
        self.sent_at: list[float] = []

    async def recv(self) -> av.VideoFrame:
        frame = await super().recv()
        self.sent_at.append(time.monotonic())
        return frame


class DatedMicrophone(MicrophoneTrack):
    """`sent_at[n]` is when packet n of 20 ms was handed out."""

    def __init__(self, stage: Stage, station: int) -> None:
        super().__init__(stage, station)
        self.sent_at: list[float] = []

    async def recv(self) -> av.AudioFrame:
        frame = await super().recv()
        self.sent_at.append(time.monotonic())
        return frame


class ProxiedLine(Line):
    """Whoever listens to offers here is told to send to the proxy."""

    def __init__(self, browser: Browser, proxy: Proxy) -> None:
        super().__init__(browser)
        self._proxy = proxy

    def on(self, type_: str, handler: Handler) -> None:
        def announced(message: Message) -> None:
            handler({**message, "sdp": self._proxy.announce(str(message["sdp"]))})

        super().on(type_, announced if type_ == "leg.offer" else handler)
