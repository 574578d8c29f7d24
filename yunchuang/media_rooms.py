"""What stands behind the worker link: each room is one call's relay room and its recorder."""

import asyncio
import base64
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from casework.clock import Clock
from casework.model.line import Rung
from casework.ports import GapCause, TrackSource
from casework.worker_link import messages as m
from casework.worker_link.server import CommandRefusedError
from recording.worker.content_helper import PictureChecker
from recording.worker.journal import JournalDamagedError, read_journal
from recording.worker.recorder import CallRecorder
from signaling.relay import events as r
from signaling.relay.engine import Relay
from signaling.relay.errors import RelayError
from signaling.relay.spec import LegSpec, Offer, Route

log = structlog.get_logger(component="media")

_END_S = 5.0


@dataclass(slots=True)
class _Room:
    """`expected` are the sources of each leg that the desk wants recorded, from its first admission
    on: until then it is missed by nobody. While its pictures do not move they are held back, for
    the cause of that: health asks for its sound alone, and the ledger knows what is missing.
    """

    epoch: int
    recorder: CallRecorder | None
    directory: Path | None
    expected: dict[str, Collection[TrackSource]] = field(default_factory=dict)
    limits: dict[str, tuple[Rung, GapCause]] = field(default_factory=dict)
    admitted: set[str] = field(default_factory=set)

    def admit(self, leg: str, sources: Collection[TrackSource]) -> None:
        if sources and leg not in self.admitted:
            self.admitted.add(leg)
            self._tell_recorder(leg)

    def expect(self, leg: str, sources: Collection[TrackSource]) -> None:
        self.expected[leg] = sources
        self._tell_recorder(leg)

    def limit(self, leg: str, rung: Rung, cause: GapCause | None) -> None:
        self.limits[leg] = rung, cause or GapCause.PAUSE
        self._tell_recorder(leg)

    def forget(self, leg: str) -> None:
        self.expected.pop(leg, None)
        self.limits.pop(leg, None)
        self.admitted.discard(leg)
        self._tell_recorder(leg)

    def _tell_recorder(self, leg: str) -> None:
        if self.recorder is None:
            return
        sources = self.expected.get(leg, ()) if leg in self.admitted else ()
        rung, cause = self.limits.get(leg, (Rung.FULL, GapCause.PAUSE))
        held_back: dict[TrackSource, GapCause] = {}
        if not rung.moves:
            held_back = {one: cause for one in sources if one is not TrackSource.MICROPHONE}
        self.recorder.set_expected(leg, sources, held_back)


class MediaRooms:
    """Carries out the desk's commands on the relay and the recorders of this worker.

    Everything runs on the worker's event loop; recorders work on threads of their own and report
    through `emit`, which must be safe to call from them.
    """

    def __init__(
        self,
        relay: Relay,
        clock: Clock,
        emit: Callable[[m.Event], None],
        on_drained: Callable[[], None],
        pictures: PictureChecker | None = None,
    ) -> None:
        self._relay = relay
        self._clock = clock
        self._emit = emit
        self._on_drained = on_drained
        self._pictures = pictures
        self._rooms: dict[str, _Room] = {}
        # Closed here, but the desk has not yet acknowledged how it ended.
        self._ended: dict[str, Path] = {}
        self._draining = False

    async def handle(self, command: m.Command) -> m.Done:
        """Raises CommandRefusedError with the codes of docs/worker-protocol.md."""
        try:
            return await self._handle(command)
        except RelayError as error:
            raise CommandRefusedError(error.slug, str(error)) from error

    def unacknowledged(self, acks: dict[str, int]) -> Iterator[m.DurableEvent]:
        """From the journals: what is not synced there was never told to anyone."""
        directories = {call: room.directory for call, room in self._rooms.items()} | self._ended
        for call, directory in directories.items():
            if directory is None:
                continue
            try:
                yield from read_journal(directory, after=acks.get(call, 0))
            except (OSError, JournalDamagedError):
                # One call's damaged journal must not keep the others from the desk.
                log.exception("journal_unreadable", call=call)

    def present(self) -> Iterator[m.Event]:
        """What the legs get: pages that come back to a new desk must not lose their pictures."""
        return (link_event(told) for told in self._relay.streams())

    async def close(self, reason: str) -> None:
        """Ends every room in order; the desk finds the ends in the journals."""
        for call in list(self._rooms):
            await self._close_room(call, reason)

    async def _handle(self, command: m.Command) -> m.Done:  # noqa: C901, PLR0912  (one arm a command)
        relay = self._relay
        offer: Offer | None = None
        match command:
            case m.Hello():
                return m.Done(id=command.id, rooms=self._states())
            case m.OpenRoom():
                await self._open_room(command)
            case m.CloseRoom():
                await self._close_room(command.call, command.reason)
            case m.OpenLeg():
                room = self._room(command.call)
                room.expect(command.leg, command.expected)
                spec = LegSpec(
                    leg=command.leg,
                    site=command.site,
                    microphone=command.microphone,
                    speaker=command.speaker,
                    videos=tuple(command.videos),
                    incarnation=command.incarnation,
                )
                offer = await relay.open_leg(command.call, spec)
            case m.AnswerLeg():
                await relay.answer_leg(command.call, command.leg, command.offer, command.sdp)
            case m.RestartLeg():
                offer = await relay.restart_leg(command.call, command.leg)
            case m.CloseLeg():
                room = self._room(command.call)
                await relay.close_leg(command.call, command.leg, command.cause)
                room.forget(command.leg)
            case m.AdmitLeg():
                self._room(command.call).admit(command.leg, command.sources)
                await relay.admit_leg(command.call, command.leg, command.sources, command.cause)
            case m.LimitLeg():
                room = self._room(command.call)
                room.limit(command.leg, command.rung, command.cause)
                await relay.limit_leg(command.call, command.leg, command.rung, command.cause)
            case m.SetRoutes():
                routes = [
                    Route(cell.source_leg, cell.to_leg, cell.kind, cell.forward)
                    for cell in command.routes
                ]
                await relay.set_routes(command.call, routes)
            case m.AskKeyframe():
                await relay.ask_keyframe(command.call, command.leg)
            case m.Ack():
                self._acknowledged(command.call, command.n)
            case m.TakeStock():
                return m.Done(id=command.id, stock=self._stock())
            case m.Drain():
                self._draining = True
                self._look_whether_drained()
        return m.Done(id=command.id, offer=None if offer is None else _offer(offer))

    async def _open_room(self, command: m.OpenRoom) -> None:
        room = self._rooms.get(command.call)
        if room is not None:
            if command.epoch < room.epoch:
                raise CommandRefusedError("stale_epoch", f"the room has epoch {room.epoch}")
            room.epoch = command.epoch
            return
        if self._draining:
            raise CommandRefusedError("draining", "this worker takes no new rooms")
        recorder, directory = self._recorder(command) if command.record else (None, None)
        if recorder is not None:
            recorder.start()
        try:
            await self._relay.open_room(command.call, recorder.tap if recorder else None)
        except RelayError:
            if recorder is not None:
                recorder.abort()
            raise
        self._ended.pop(command.call, None)
        self._rooms[command.call] = _Room(command.epoch, recorder, directory)

    def _recorder(self, command: m.OpenRoom) -> tuple[CallRecorder, Path]:
        if command.call_key is None or command.directory is None:
            raise CommandRefusedError("bad_command", "a recorded room needs a key and a directory")
        directory = Path(command.directory).absolute()  # whatever becomes of the working directory
        try:
            recorder = CallRecorder(
                call=command.call,
                call_key=base64.b64decode(command.call_key, validate=True),
                directory=directory,
                expected={},
                keyframes=self._relay.keyframe_requester(command.call),
                clock=self._clock,
                on_event=self._emit,
                pictures=self._pictures,
                logged=command.logged,
            )
        except ValueError as error:  # no base64, no 32 bytes, or no call that a header could name
            text = "the key or the name of the call is none"
            raise CommandRefusedError("bad_command", text) from error
        return recorder, directory

    async def _close_room(self, call: str, reason: str) -> None:
        room = self._rooms.pop(call, None)
        if room is None:
            return
        await self._relay.close_room(call)
        if room.recorder is not None:
            room.recorder.close(reason)
            # The journal then tells the end; a disk that hangs must not hang the other calls.
            await asyncio.to_thread(room.recorder.join, _END_S)
        if room.directory is not None:
            self._ended[call] = room.directory
        self._look_whether_drained()

    def _acknowledged(self, call: str, n: int) -> None:
        directory = self._ended.get(call)
        try:
            done = directory is not None and not read_journal(directory, after=n)
        except (OSError, JournalDamagedError):
            done = True  # the desk mends it, and reads what is left by itself
        if done:
            del self._ended[call]

    def _look_whether_drained(self) -> None:
        if self._draining and not self._rooms:
            self._on_drained()

    def _room(self, call: str) -> _Room:
        room = self._rooms.get(call)
        if room is None:
            raise CommandRefusedError("unknown_room", "no such room is open in this worker")
        return room

    def _stock(self) -> m.Stock:
        held = self._relay.holdings()
        return m.Stock(
            rooms=held.rooms,
            legs=held.legs,
            addresses=held.addresses,
            fragments=held.fragments,
            unsettled=len(self._ended),
            tasks=len(asyncio.all_tasks()),
            threads=threading.active_count(),
        )

    def _states(self) -> list[m.RoomState]:
        return [
            m.RoomState(
                call=call,
                epoch=room.epoch,
                legs=[
                    m.HeldLeg(leg=one.leg, incarnation=one.incarnation, unanswered=one.unanswered)
                    for one in self._relay.held(call)
                ],
                last_n=0 if room.recorder is None else room.recorder.last_n,
            )
            for call, room in self._rooms.items()
        ]


def link_event(event: r.RelayEvent) -> m.Event:
    """The relay's event as the worker link carries it."""
    match event:
        case r.LegState():
            return m.LegState(
                call=event.call,
                leg=event.leg,
                incarnation=event.incarnation,
                state=event.state.value,
                cause=event.cause,
                mono_ms=event.mono_ms,
            )
        case r.Reoffer():
            return m.Reoffer(
                call=event.call,
                leg=event.leg,
                incarnation=event.incarnation,
                offer=_offer(event.offer),
            )
        case r.Streams():
            streams = [
                m.Stream(
                    mid=one.mid,
                    source_leg=one.source_leg,
                    site=one.site,
                    source=one.source,
                    kind=one.kind,
                )
                for one in event.streams
            ]
            return m.Streams(
                call=event.call, leg=event.leg, incarnation=event.incarnation, streams=streams
            )
        case r.LegQuality():
            return m.LegQuality(
                call=event.call,
                leg=event.leg,
                incarnation=event.incarnation,
                mono_ms=event.mono_ms,
                up_kbps=event.up_kbps,
                down_kbps=event.down_kbps,
                up_loss_permille=event.up_loss_permille,
                down_loss_permille=event.down_loss_permille,
                rtt_ms=event.rtt_ms,
                jitter_ms=event.jitter_ms,
                up_videos=event.up_videos,
                down_videos=event.down_videos,
                down_estimate_kbps=event.down_estimate_kbps,
                up_ceiling_kbps=event.up_ceiling_kbps,
            )


def _offer(offer: Offer) -> m.Offer:
    return m.Offer(number=offer.number, sdp=offer.sdp)
