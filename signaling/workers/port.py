"""A media worker as the desk uses it. Implementations: `link.py`, and a fake in the tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from casework.model.line import Rung
from casework.ports import GapCause, TrackSource
from casework.worker_link.messages import Event, Offer, RoomState, Route


@dataclass(frozen=True, slots=True)
class RoomSpec:
    """`directory` is where the recorder writes; `call_key` are the call's 32 bytes; `logged` is the
    last durable event of the call that is committed.
    """

    call: str
    epoch: int
    call_key: bytes
    directory: str
    logged: int = 0


@dataclass(frozen=True, slots=True)
class LegSpec:
    """`incarnation` counts the pages that sat on the leg: whose transport it is to be."""

    call: str
    leg: str
    incarnation: int
    site: str
    microphone: bool
    speaker: bool
    videos: tuple[TrackSource, ...]
    expected: tuple[TrackSource, ...]


class MediaWorker(Protocol):
    """Every method raises WorkerGoneError (no worker, or no answer in time) and
    WorkerRefusedError with the worker's stable code; after either nothing is known to have
    changed, and every command may be repeated.
    """

    @property
    def name(self) -> str: ...

    @property
    def here(self) -> bool:
        """Whether the worker is connected and has told which rooms it holds."""

    async def open_room(self, spec: RoomSpec) -> None:
        """Opens the room and arms its recorder before any leg exists. Idempotent by epoch."""

    async def close_room(self, call: str, reason: str) -> None: ...

    async def open_leg(self, spec: LegSpec) -> Offer:
        """A leg that exists is offered anew: its old transport is closed."""

    async def answer_leg(self, call: str, leg: str, number: int, sdp: str) -> None: ...

    async def restart_leg(self, call: str, leg: str) -> Offer: ...

    async def close_leg(self, call: str, leg: str, cause: GapCause | None) -> None: ...

    async def admit_leg(
        self, call: str, leg: str, sources: Sequence[TrackSource], cause: GapCause | None
    ) -> None:
        """Takes the place of what was admitted before."""

    async def limit_leg(self, call: str, leg: str, rung: Rung, cause: GapCause | None) -> None:
        """Takes the place of the limit before; `cause` is that of the gap when pictures pause."""

    async def set_routes(self, call: str, routes: Sequence[Route]) -> None: ...

    async def ack(self, call: str, n: int) -> None:
        """Durable events of the call up to `n` are committed."""


class WorkerListener(Protocol):
    """What the desk does about its workers. Called one at a time for each worker, in the order in
    which things happened there; must not raise, and must not wait for a durable event's commit.
    """

    async def worker_here(self, worker: MediaWorker, rooms: Sequence[RoomState]) -> None:
        """At every (re)connect, before any event of that connection."""

    async def worker_event(self, worker: MediaWorker, event: Event) -> None: ...

    async def worker_gone(self, worker: MediaWorker) -> None: ...

    async def acks(self) -> dict[str, int]:
        """The last durable event that is committed, of every recording that has not ended."""
