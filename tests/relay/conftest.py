"""Fixtures: a relay on a free port, and stations on aiortc that join it as any page would."""

import asyncio
import fractions
import statistics
import time

import pytest
from aiortc import (
    AudioStreamTrack,
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from av import VideoFrame

from casework.ports import TrackSource
from scenes import relay_peers
from scenes.relay_peers import CALL, Events, RawPeer, RecordingTap, eventually
from signaling.relay.engine import Relay
from signaling.relay.spec import LegSpec, Offer, RelayConfig


class NoisyVideo(MediaStreamTrack):
    """320 x 180 at 15 frames/s, changing every frame; grey `hue` tells stations apart."""

    kind = "video"

    def __init__(self, hue: int) -> None:
        super().__init__()
        self._hue = hue
        self._count = 0
        self._start: float | None = None

    async def recv(self) -> VideoFrame:
        now = time.monotonic()
        self._start = self._start or now
        self._count += 1
        await asyncio.sleep(max(0.0, self._start + self._count / 15 - now))
        row = bytearray([self._hue]) * 320
        bar = self._count * 7 % 300
        row[bar : bar + 20] = b"\xeb" * 20
        frame = VideoFrame(320, 180, "yuv420p")
        frame.planes[0].update(bytes(row) * 180)
        for plane in frame.planes[1:]:
            plane.update(b"\x80" * plane.buffer_size)
        frame.pts = self._count * 6000
        frame.time_base = fractions.Fraction(1, 90_000)
        return frame


class Station:
    """A leg on aiortc. `sends` are the sources it sends; `received` counts decoded frames a mid."""

    def __init__(self, relay: Relay, leg: str, site: str, sends: set[TrackSource]) -> None:
        self.relay = relay
        self.spec = LegSpec(
            leg=leg,
            site=site,
            microphone=True,
            speaker=True,
            videos=(
                TrackSource.CAMERA,
                TrackSource.CITIZEN_CAMERA,
                TrackSource.DOCUMENT_CAMERA,
            ),
        )
        self.sends = sends
        self.hue = 30 + sum(leg.encode()) % 180
        self.received: dict[str, int] = {}
        self.hues: dict[str, int] = {}
        # aiortc leaves the second m-line of a kind on a stopped transport under any other policy.
        self.pc = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def join(self) -> None:
        await self.apply(await self.relay.open_leg(CALL, self.spec))

    async def apply(self, offer: Offer) -> None:
        await self.pc.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
        for transceiver in self.pc.getTransceivers():
            self._prepare(transceiver)
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        sdp = self.pc.localDescription.sdp
        await self.relay.answer_leg(CALL, self.spec.leg, offer.number, sdp)

    def _prepare(self, transceiver) -> None:
        if transceiver.mid in set(TrackSource):
            transceiver.direction = "sendonly"
            if transceiver.mid in self.sends and transceiver.sender.track is None:
                transceiver.sender.replaceTrack(self._source(transceiver.kind))
        elif transceiver.mid not in self.received:
            self.received[transceiver.mid] = 0
            track = transceiver.receiver.track
            self._tasks.append(asyncio.ensure_future(self._consume(transceiver.mid, track)))

    def _source(self, kind: str) -> MediaStreamTrack:
        return AudioStreamTrack() if kind == "audio" else NoisyVideo(self.hue)

    async def _consume(self, mid: str, track: MediaStreamTrack) -> None:
        while True:
            frame = await track.recv()
            self.received[mid] += 1
            if isinstance(frame, VideoFrame):
                self.hues[mid] = round(statistics.median(bytes(frame.planes[0])[::97]))

    async def leave(self) -> None:
        await self.pc.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def tap() -> RecordingTap:
    return RecordingTap()


@pytest.fixture
async def relay(events):
    engine = Relay(RelayConfig(addresses=("127.0.0.1",)), events.append)
    await engine.start()
    yield engine
    await engine.stop()


@pytest.fixture
async def station(relay):
    """A factory of stations, all of which leave at the end of the test."""
    made: list[Station] = []

    def make(leg: str, site: str, *sends: TrackSource) -> Station:
        made.append(Station(relay, leg, site, set(sends)))
        return made[-1]

    yield make
    for one in made:
        await one.leave()


@pytest.fixture(name="eventually")
def _eventually():
    return eventually


@pytest.fixture
async def raw_peer(relay):
    """A factory of raw peers that have joined; `ssrcs` maps mids of up m-lines to SSRCs."""
    made: list[RawPeer] = []

    async def make(
        leg: str, site: str, ssrcs: dict[str, int], *, join: bool = True, speaker: bool = True
    ) -> RawPeer:
        spec = LegSpec(
            leg,
            site,
            microphone=True,
            speaker=speaker,
            videos=(TrackSource.CAMERA, TrackSource.CITIZEN_CAMERA, TrackSource.DOCUMENT_CAMERA),
        )
        made.append(RawPeer(relay, spec, ssrcs))
        if join:
            await made[-1].join()
        return made[-1]

    yield make
    for one in made:
        await one.leave()


@pytest.fixture
def rtp_packet():
    return relay_peers.rtp_packet
