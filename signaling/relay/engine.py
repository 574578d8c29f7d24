"""The relay of one media worker: rooms, their legs, and the UDP sockets they share."""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence

from casework.model.line import Rung
from casework.ports import GapCause, KeyframeRequester, MediaTap, TrackSource
from signaling.relay.connectivity_checks import ConnectivityChecks
from signaling.relay.counters import Counters
from signaling.relay.dtls import new_certificate
from signaling.relay.errors import BadLeg, RelayFull, UnknownRoom
from signaling.relay.events import RelayEvent, Streams
from signaling.relay.hold import Hold
from signaling.relay.ice import IceDirectory
from signaling.relay.room import Room
from signaling.relay.spec import HeldLeg, Holdings, LegSpec, Offer, RelayConfig, Route
from signaling.relay.udp import Arrived, UdpSocket

TICK_SECONDS = 0.25
MOST_VIDEOS = 4


class Relay:
    """Everything happens on the event loop that ran `start`; only a `KeyframeRequester` may be
    used from other threads.

    `on_event` is called on that loop, in order, and must not block; an exception it raises is
    logged and swallowed. Every method raises a `RelayError` subclass when it refuses, and then has
    changed nothing.
    """

    def __init__(self, config: RelayConfig, on_event: Callable[[RelayEvent], None]) -> None:
        if not config.addresses:
            raise ValueError("the relay needs an address to listen on")
        self.counters = Counters()
        self.directory = IceDirectory()
        self.certificate = new_certificate()
        self._config = config
        self._on_event = on_event
        self._checks = ConnectivityChecks(self.directory, self.counters)
        self._rooms: dict[str, Room] = {}
        self._sockets: list[UdpSocket] = []
        self._endpoints: tuple[tuple[str, int], ...] = ()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ticker: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Binds the sockets (OSError when an address or the port is taken)."""
        config = self._config
        loop = self._loop = asyncio.get_running_loop()
        port, hold = config.port, Hold()
        try:
            for address in config.addresses:
                socket = UdpSocket(address, port, config.receive_buffer_bytes, self.counters, hold)
                self._sockets.append(socket)
                port = socket.port
        except OSError:
            self._close_sockets()
            raise
        for socket in self._sockets:
            socket.watch(loop, self._datagrams)
        self._endpoints = tuple((a, port) for a in config.public_addresses or config.addresses)
        self._ticker = loop.call_later(TICK_SECONDS, self._tick)

    async def stop(self) -> None:
        """Closes every room and socket; safe to call twice."""
        if self._ticker is not None:
            self._ticker.cancel()
            self._ticker = None
        for call in list(self._rooms):
            await self.close_room(call)
        self._close_sockets()

    @property
    def endpoints(self) -> tuple[tuple[str, int], ...]:
        """Announced (address, port) pairs, known after `start`."""
        return self._endpoints

    def rooms(self) -> dict[str, tuple[str, ...]]:
        """Open calls with their leg ids, for a desk that reconnects."""
        return {call: tuple(room.legs) for call, room in self._rooms.items()}

    def held(self, call: str) -> list[HeldLeg]:
        """The legs of an open call, for a desk that reconnects."""
        room = self._rooms.get(call)
        return [] if room is None else room.held()

    def streams(self) -> list[Streams]:
        """What every leg gets now, for a desk that reconnects."""
        return [told for room in self._rooms.values() for told in room.streams()]

    def metrics(self) -> dict[str, int]:
        """Counters since `start`: packets, bytes, drops by cause, socket overflow, faults."""
        overflow = sum(socket.overflow() for socket in self._sockets)
        return {**self.counters, "udp.receive_overflow": overflow}

    def holdings(self) -> Holdings:
        """How much is held for the legs that there are."""
        return Holdings(
            rooms=len(self._rooms),
            legs=sum(len(room.legs) for room in self._rooms.values()),
            addresses=sum(len(socket.peers) for socket in self._sockets),
            fragments=len(self.directory),
        )

    def keyframe_requester(self, call: str) -> KeyframeRequester:
        """The recorder's way to ask; may be made before the room is open, used from any thread,
        and does nothing for a track that has ended.
        """
        return _KeyframeRequests(self, call)

    async def open_room(self, call: str, tap: MediaTap | None) -> None:
        """Opens a room; its recorder, if any, hears every admitted packet from the first.
        A room that is open keeps its legs and its tap (idempotent).
        """
        if call in self._rooms:
            return
        if len(self._rooms) >= self._config.max_rooms:
            raise RelayFull("no more rooms")
        ceiling = self._config.video_ceiling_kbps * 1000
        self._rooms[call] = Room(call, tap, self, self._emit, ceiling)

    async def close_room(self, call: str) -> None:
        """Closes all legs in order (`track_closed` without a cause). Unknown rooms are ignored."""
        room = self._rooms.pop(call, None)
        if room is not None:
            await room.close(time.monotonic_ns())

    async def open_leg(self, call: str, spec: LegSpec) -> Offer:
        """Makes a leg and its first offer. A leg id that exists is replaced: its old transport is
        closed at once, its admission and routes stay.
        """
        videos = spec.videos
        if len(videos) > MOST_VIDEOS or len(set(videos)) != len(videos):
            raise BadLeg("at most four videos, each once")
        if TrackSource.MICROPHONE in videos:
            raise BadLeg("a microphone is no video")
        room = self._room(call)
        if spec.leg not in room.legs and len(room.legs) >= self._config.max_legs_per_room:
            raise RelayFull("no more legs in this room")
        return room.open_leg(spec, time.monotonic_ns())

    async def answer_leg(self, call: str, leg: str, offer: int, sdp: str) -> None:
        """The page's answer to offer number `offer`."""
        self._room(call).answer_leg(leg, offer, sdp, time.monotonic_ns())

    async def restart_leg(self, call: str, leg: str) -> Offer:
        """ICE restart (RFC 8445 9): new credentials on the same DTLS; both are valid until the
        new ones are nominated. Supersedes an outstanding offer.
        """
        return self._room(call).restart_leg(leg)

    async def close_leg(self, call: str, leg: str, cause: GapCause | None = None) -> None:
        """Closes the leg and forgets its admission. Unknown legs are ignored."""
        room = self._rooms.get(call)
        if room is not None:
            room.close_leg(leg, cause, time.monotonic_ns())

    async def admit_leg(
        self,
        call: str,
        leg: str,
        sources: Collection[TrackSource],
        cause: GapCause | None = None,
    ) -> None:
        """Sets which sources of the leg are forwarded and recorded; may precede `open_leg` and
        lasts until `close_leg`. Sources that lose admission are closed at the tap with `cause`.
        """
        self._room(call).admit_leg(leg, sources, cause)

    async def limit_leg(
        self, call: str, leg: str, rung: Rung, cause: GapCause | None = None
    ) -> None:
        """Sets how much of what the leg sends goes on; may precede `open_leg` and lasts until
        `close_leg`. Pictures that are paused are closed at the tap with `cause`.
        """
        self._room(call).limit_leg(leg, rung, cause)

    async def set_routes(self, call: str, routes: Sequence[Route]) -> None:
        """Replaces all cells of the room's matrix; what no cell names is forwarded. No cell can
        let audio pass within a site. Cells may name legs that are not open yet.
        """
        self._room(call).set_routes(routes)

    async def ask_keyframe(self, call: str, leg: str) -> None:
        """Asks every video of the leg for a keyframe."""
        for stream in self._room(call).find(leg).publications:
            if stream.is_video:
                stream.keyframes.request()

    def request_keyframe(self, call: str, track: int) -> None:
        """As `keyframe_requester(call)`, from any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._request_keyframe, call, track)

    def _request_keyframe(self, call: str, track: int) -> None:
        room = self._rooms.get(call)
        if room is not None:
            room.request_keyframe(track)

    def _room(self, call: str) -> Room:
        try:
            return self._rooms[call]
        except KeyError:
            raise UnknownRoom(call=call) from None

    def _datagrams(self, socket: UdpSocket, arrived: Sequence[Arrived], now_ns: int) -> None:
        """Every datagram comes through here; whatever it does, the loop and the legs go on."""
        peers = socket.peers
        for datagram, source in arrived:
            try:
                if datagram and datagram[0] <= 3:  # STUN, by RFC 7983
                    self._checks.receive(socket, datagram, source, now_ns)
                    continue
                peer = peers.get(source)
                if peer is None or not datagram:
                    self.counters["demux.unknown_source"] += 1
                else:
                    peer.receive(datagram, now_ns)
            except Exception:  # noqa: BLE001 - counted and logged: no input may end the loop
                self.counters.fault("datagram")

    def _tick(self) -> None:
        assert self._loop is not None  # noqa: S101 - set by start, which sets the first timer
        self._ticker = self._loop.call_later(TICK_SECONDS, self._tick)
        now_ns = time.monotonic_ns()
        for room in list(self._rooms.values()):
            for leg in list(room.legs.values()):
                try:
                    room.tick(leg, now_ns)
                except Exception:  # noqa: BLE001 - one leg's fault is not another's
                    self.counters.fault("tick")

    def _emit(self, event: RelayEvent) -> None:
        try:
            self._on_event(event)
        except Exception:  # noqa: BLE001 - the listener's fault must not end a leg
            self.counters.fault("on_event")

    def _close_sockets(self) -> None:
        for socket in self._sockets:
            socket.close()
        self._sockets.clear()


class _KeyframeRequests:
    """`casework.ports.KeyframeRequester` of one call."""

    def __init__(self, relay: Relay, call: str) -> None:
        self._relay = relay
        self._call = call

    def request_keyframe(self, track: int) -> None:
        self._relay.request_keyframe(self._call, track)
