"""The media connection of a station: an aiortc peer that answers the server's offers.

It joins by the same offer as a browser. An up m-line's mid is the name of the source it wants; what
the down m-lines carry is told apart (`streams`).
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence

import av
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import SessionDescription

from casework.ports import TrackSource
from signaling.protocol.server import IceServer

OnFrame = Callable[[str, av.VideoFrame | av.AudioFrame], None]


class StationPeer:
    """`sending` maps the sources this station has to their tracks, None = nothing yet.
    `on_frame(mid, frame)` is called for every decoded frame; frames are always taken from aiortc,
    which would keep them without a limit otherwise.
    """

    def __init__(
        self,
        sending: Mapping[TrackSource, MediaStreamTrack | None],
        on_frame: OnFrame | None = None,
    ) -> None:
        self._sending = dict(sending)
        self._on_frame = on_frame
        self._session = ""
        self._peer: RTCPeerConnection | None = None
        self._takers: set[asyncio.Task[None]] = set()
        self._one_at_a_time = asyncio.Lock()

    @property
    def state(self) -> str:
        """`connectionState` of the W3C interface; "new" before the first offer."""
        return "new" if self._peer is None else self._peer.connectionState

    async def answer(self, sdp: str, ice_servers: Sequence[IceServer] = ()) -> str:
        """Takes an offer and returns the answer's SDP. aiortc uses the first TURN server alone.

        An offer of another session (its `o=` line) comes from a fresh transport and gets a fresh
        peer. Raises ValueError or aiortc's InvalidStateError for what is no offer.
        """
        async with self._one_at_a_time:
            session = _session(sdp)
            if self._peer is None or session != self._session:
                await self._open(ice_servers)
                self._session = session
            peer = self._peer
            if peer is None:
                raise ValueError("the station was closed")
            await peer.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="offer"))
            _expect_streams(peer, sdp)
            for transceiver in peer.getTransceivers():
                source = _up_source(transceiver.mid)
                if source is None:
                    continue
                has = source in self._sending
                transceiver.direction = "sendonly" if has else "inactive"
                self._give(transceiver, self._sending.get(source))
            await peer.setLocalDescription(await peer.createAnswer())
            return str(peer.localDescription.sdp)

    def send(self, source: TrackSource, track: MediaStreamTrack | None) -> None:
        """Sends `track` from now on, or nothing while it is None; needs no new offer. Only for
        sources named at the beginning.
        """
        if source not in self._sending:
            raise KeyError(source)
        self._sending[source] = track
        for transceiver in self._peer.getTransceivers() if self._peer is not None else ():
            if transceiver.mid == source.value:
                self._give(transceiver, track)

    @staticmethod
    def _give(transceiver: RTCRtpTransceiver, track: MediaStreamTrack | None) -> None:
        if transceiver.sender.track is not track:
            transceiver.sender.replaceTrack(track)

    async def arrived(self, kind: str) -> int:
        """Packets of "audio" or "video" that came, resent ones among them. aiortc's jitter buffer holds
        16: what is resent on a long line comes too late for it, and each hole costs another packet.
        """
        if self._peer is None:
            return 0
        report = await self._peer.getStats()
        streams = [one for one in report.values() if one.type == "inbound-rtp" and one.kind == kind]
        return sum(one.packetsReceived for one in streams)

    async def close(self) -> None:
        if self._peer is not None:
            peer, self._peer = self._peer, None
            await peer.close()
        for taker in list(self._takers):
            taker.cancel()
        await asyncio.gather(*self._takers, return_exceptions=True)

    async def _open(self, ice_servers: Sequence[IceServer]) -> None:
        if self._peer is not None:
            await self._peer.close()
        # An empty list is said: aiortc's default would ask a public server for our address.
        # Max-bundle: under any other policy aiortc leaves later m-lines of a kind on a stopped
        # transport.
        configuration = RTCConfiguration(
            iceServers=[
                RTCIceServer(one.urls, one.username, one.credential) for one in ice_servers
            ],
            bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
        )
        self._peer = peer = RTCPeerConnection(configuration)

        @peer.on("track")
        def arrived(track: MediaStreamTrack) -> None:
            mids = {t.receiver.track: t.mid for t in peer.getTransceivers()}
            task = asyncio.ensure_future(self._take(track, mids.get(track) or ""))
            self._takers.add(task)
            task.add_done_callback(self._takers.discard)

    async def _take(self, track: MediaStreamTrack, mid: str) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                if self._on_frame is not None and isinstance(frame, av.VideoFrame | av.AudioFrame):
                    self._on_frame(mid, frame)


def _expect_streams(peer: RTCPeerConnection, sdp: str) -> None:
    """An m-line's SSRC is learnt once by aiortc. The server names a new one for whoever publishes
    there after another, and without it those packets would be dropped.
    """
    receivers = {transceiver.mid: transceiver.receiver for transceiver in peer.getTransceivers()}
    for media in SessionDescription.parse(sdp).media:
        receiver = receivers.get(media.rtp.muxId)
        if receiver is not None and media.ssrc:
            named = [description.ssrc for description in media.ssrc]
            receiver.transport._rtp_router.register_receiver(receiver, named, [])  # noqa: SLF001 - see above


def _up_source(mid: str | None) -> TrackSource | None:
    return TrackSource(mid) if mid in set(TrackSource) else None


def _session(sdp: str) -> str:
    for line in sdp.splitlines():
        if line.startswith("o="):
            return line.split(" ")[1] if line.count(" ") >= 5 else ""
    return ""
