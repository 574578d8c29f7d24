"""The relay of one media worker: rooms, their legs, and the UDP sockets they share."""

from collections.abc import Callable, Collection, Sequence

from casework.ports import GapCause, KeyframeRequester, MediaTap, TrackSource
from signaling.relay.events import RelayEvent
from signaling.relay.spec import LegSpec, Offer, RelayConfig, Route


class Relay:
    """Everything happens on the event loop that ran `start`; only a `KeyframeRequester` may be
    used from other threads.

    `on_event` is called on that loop, in order, and must not block; an exception it raises is
    logged and swallowed. Every method raises a `RelayError` subclass when it refuses, and then has
    changed nothing.
    """

    def __init__(self, config: RelayConfig, on_event: Callable[[RelayEvent], None]) -> None:
        raise NotImplementedError

    async def start(self) -> None:
        """Binds the sockets (OSError when an address or the port is taken)."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Closes every room and socket; safe to call twice."""
        raise NotImplementedError

    @property
    def endpoints(self) -> tuple[tuple[str, int], ...]:
        """Announced (address, port) pairs, known after `start`."""
        raise NotImplementedError

    def rooms(self) -> dict[str, tuple[str, ...]]:
        """Open calls with their leg ids, for a desk that reconnects."""
        raise NotImplementedError

    def metrics(self) -> dict[str, int]:
        """Counters since `start`: packets, bytes, drops by cause, socket overflow, faults."""
        raise NotImplementedError

    def keyframe_requester(self, call: str) -> KeyframeRequester:
        """The recorder's way to ask; may be made before the room is open, used from any thread,
        and does nothing for a track that has ended.
        """
        raise NotImplementedError

    async def open_room(self, call: str, tap: MediaTap | None) -> None:
        """Opens a room; its recorder, if any, hears every admitted packet from the first.
        A room that is open keeps its legs and its tap (idempotent).
        """
        raise NotImplementedError

    async def close_room(self, call: str) -> None:
        """Closes all legs in order (`track_closed` without a cause). Unknown rooms are ignored."""
        raise NotImplementedError

    async def open_leg(self, call: str, spec: LegSpec) -> Offer:
        """Makes a leg and its first offer. A leg id that exists is replaced: its old transport is
        closed at once, its admission and routes stay.
        """
        raise NotImplementedError

    async def answer_leg(self, call: str, leg: str, offer: int, sdp: str) -> None:
        """The page's answer to offer number `offer`."""
        raise NotImplementedError

    async def restart_leg(self, call: str, leg: str) -> Offer:
        """ICE restart (RFC 8445 9): new credentials on the same DTLS; both are valid until the
        new ones are nominated. Supersedes an outstanding offer.
        """
        raise NotImplementedError

    async def close_leg(self, call: str, leg: str, cause: GapCause | None = None) -> None:
        """Closes the leg and forgets its admission. Unknown legs are ignored."""
        raise NotImplementedError

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
        raise NotImplementedError

    async def set_routes(self, call: str, routes: Sequence[Route]) -> None:
        """Replaces all cells of the room's matrix; what no cell names is forwarded. No cell can
        let audio pass within a site. Cells may name legs that are not open yet.
        """
        raise NotImplementedError

    async def ask_keyframe(self, call: str, leg: str) -> None:
        """Asks every video of the leg for a keyframe."""
        raise NotImplementedError
