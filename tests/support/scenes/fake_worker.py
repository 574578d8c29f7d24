"""A media worker made of notes, for tests: does at once what a worker does over time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casework.model.line import Rung
from casework.ports import GapCause, TrackSource
from casework.worker_link import messages as m
from casework.worker_link.client import WorkerGoneError, WorkerRefusedError
from casework.worker_link.missed_legs import MissedLegs
from signaling.rooms.files import StillRecorded
from signaling.workers.port import LegSpec, RoomSpec, WorkerListener

OFFER_SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n"


@dataclass
class FakeRoom:
    epoch: int
    legs: dict[str, LegSpec] = field(default_factory=dict)
    admitted: dict[str, tuple[TrackSource, ...]] = field(default_factory=dict)
    causes: list[GapCause | None] = field(default_factory=list)
    routes: tuple[m.Route, ...] = ()
    limits: dict[str, tuple[Rung, GapCause | None]] = field(default_factory=dict)
    offers: int = 0
    unanswered: dict[str, int] = field(default_factory=dict)

    def offer(self, leg: str) -> m.Offer:
        self.offers += 1
        self.unanswered[leg] = self.offers
        return m.Offer(number=self.offers, sdp=OFFER_SDP)

    def held(self) -> list[m.HeldLeg]:
        return [
            m.HeldLeg(leg=leg, incarnation=spec.incarnation, unanswered=self.unanswered.get(leg, 0))
            for leg, spec in self.legs.items()
        ]


class FakeWorker:
    """The listener is told as by a real link."""

    def __init__(self, name: str, journals: "FakeFiles") -> None:
        self.name = name
        self.here = False
        self.linked = False
        self.rooms: dict[str, FakeRoom] = {}
        self.acked: dict[str, int] = {}
        self.closed: list[tuple[str, str]] = []
        self.closed_legs: list[tuple[str, GapCause | None]] = []
        self.answers: list[tuple[str, int, str]] = []
        self.incarnations: dict[tuple[str, str], int] = {}
        self.refuse_answers: str | None = None
        self.files = journals
        self.listener: WorkerListener | None = None
        self._missed = MissedLegs()

    async def connect(self, listener: WorkerListener, *, again: bool = False) -> None:
        self.listener = listener
        self.linked = True  # commands are carried before all of its rooms are known
        acks = await listener.acks()
        states = [
            m.RoomState(call=call, epoch=room.epoch, legs=room.held(), last_n=0)
            for call, room in self.rooms.items()
        ]
        await listener.worker_here(self, states)
        self.here = True
        for call in self.rooms if again else ():
            for fact in self.files.after(call, acks.get(call, 0)):
                await listener.worker_event(self, fact)
        for state in self._missed.told():
            await listener.worker_event(self, state)
        self._missed.clear()

    @property
    def _told(self) -> WorkerListener:
        if self.listener is None:
            raise RuntimeError("connect the worker first")
        return self.listener

    async def cut(self) -> None:
        """The link is gone; the rooms go on."""
        self.here = self.linked = False
        await self._told.worker_gone(self)

    async def die(self) -> None:
        self.rooms.clear()
        self._missed.clear()
        await self.cut()

    async def tell(self, event: m.Event) -> None:
        if self.here:
            await self._told.worker_event(self, event)
        elif isinstance(event, m.LegState):
            self._missed.note(event)

    async def fact(self, kind: type[m.DurableEvent], call: str, **members: Any) -> m.DurableEvent:
        fact = self.files.write(kind, call, **members)
        await self.tell(fact)
        return fact

    async def leg_is(
        self,
        call: str,
        leg: str,
        state: str,
        cause: str | None = None,
        incarnation: int | None = None,
    ) -> None:
        """Of the page that sits there, or of the incarnation given."""
        members = {"call": call, "leg": leg, "state": state, "cause": cause, "mono_ms": 1}
        members["incarnation"] = incarnation or self.incarnations[call, leg]
        await self.tell(m.LegState.model_validate(members))

    def _room(self, call: str) -> FakeRoom:
        if not self.linked:
            raise WorkerGoneError("gone")
        if call not in self.rooms:
            raise WorkerRefusedError("unknown_room", "no such room")
        return self.rooms[call]

    async def open_room(self, spec: RoomSpec) -> None:
        if not self.linked:
            raise WorkerGoneError("gone")
        self.rooms.setdefault(spec.call, FakeRoom(spec.epoch)).epoch = spec.epoch

    async def close_room(self, call: str, reason: str) -> None:
        if self.rooms.pop(call, None) is not None:
            self.closed.append((call, reason))
            await self.fact(m.RoomClosed, call, mono_ms=1, reason=reason, parts=0)

    async def open_leg(self, spec: LegSpec) -> m.Offer:
        room = self._room(spec.call)
        room.legs[spec.leg] = spec
        self.incarnations[spec.call, spec.leg] = spec.incarnation
        return room.offer(spec.leg)

    async def answer_leg(self, call: str, leg: str, number: int, sdp: str) -> None:
        room = self._room(call)
        self.answers.append((leg, number, sdp))
        if self.refuse_answers is not None:
            raise WorkerRefusedError(self.refuse_answers, "refused")
        room.unanswered.pop(leg, None)
        await self.leg_is(call, leg, "connected")

    async def restart_leg(self, call: str, leg: str) -> m.Offer:
        room = self._room(call)
        if leg not in room.legs:
            raise WorkerRefusedError("unknown_leg", "no such leg")
        return room.offer(leg)

    async def close_leg(self, call: str, leg: str, cause: GapCause | None) -> None:
        self._room(call).legs.pop(leg, None)
        self.closed_legs.append((leg, cause))

    async def admit_leg(
        self, call: str, leg: str, sources: Sequence[TrackSource], cause: GapCause | None
    ) -> None:
        room = self._room(call)
        room.admitted[leg] = tuple(sources)
        room.causes.append(cause)

    async def limit_leg(self, call: str, leg: str, rung: Rung, cause: GapCause | None) -> None:
        self._room(call).limits[leg] = (rung, cause)

    async def set_routes(self, call: str, routes: Sequence[m.Route]) -> None:
        self._room(call).routes = tuple(routes)

    async def ack(self, call: str, n: int) -> None:
        self.acked[call] = n


class FakeFiles:
    """Journals in memory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.journals: dict[str, list[m.DurableEvent]] = {}
        self.settled: list[tuple[str, Sequence[tuple[str, str]]]] = []
        self.held = False

    def write(self, kind: type[m.DurableEvent], call: str, **members: Any) -> m.DurableEvent:
        journal = self.journals.setdefault(call, [])
        fact = kind(call=call, n=len(journal) + 1, t_ms=1, **members)
        journal.append(fact)
        return fact

    def directory(self, call: str) -> Path:
        return self.root / call

    def after(self, call: str, n: int) -> Sequence[m.DurableEvent]:
        return [fact for fact in self.journals.get(call, []) if fact.n > n]

    def settle(
        self, call: str, n: int, expected: Sequence[tuple[str, str]]
    ) -> Sequence[m.DurableEvent]:
        if self.held:
            raise StillRecorded
        self.settled.append((call, expected))
        self.write(m.RoomClosed, call, mono_ms=1, reason="worker_lost", parts=0)
        return self.after(call, n)
