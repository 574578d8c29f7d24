"""Keeps one room right for as long as its call lives, and until its recording has ended."""

import asyncio
from functools import partial

import structlog

from casework.actions.limit_leg import LimitLeg, limit_leg
from casework.actions.log_recording import LogRecording, log_recording
from casework.actions.note_health import NoteHealth, note_health
from casework.actions.note_line import NoteLine, note_line
from casework.actions.report_leg import ReportLeg, report_leg
from casework.actor import SYSTEM
from casework.errors import DomainError, Overloaded, StoreUnavailable
from casework.model.call import LegState
from casework.views.lines import UNMEASURED
from casework.worker_link import messages as m
from casework.worker_link.client import WorkerGoneError, WorkerRefusedError
from signaling.lines.watch import LineWatch
from signaling.protocol.server import RoomHealth
from signaling.rooms.files import StillRecorded
from signaling.rooms.inbox import Inbox
from signaling.rooms.messages import leg_quality, leg_streams, room_health
from signaling.rooms.plan import RoomPlan
from signaling.rooms.room import Room, RoomTools
from signaling.rooms.sitting import Sitting
from signaling.workers.port import MediaWorker

log = structlog.get_logger(component="rooms")

RETRY_S = 0.25
LOOK_AGAIN_S = 5.0
LINK_GRACE_S = 1.0
"""A link that was cut with the worker alive comes back within this; only then are pages bothered."""
SILENCE_S = 2.5
"""Reports come every second; red is shown at the latest 3 s after the last one."""
WATCH_S = 0.25
SETTLE_AFTER_S = 5.0
UNHEARD_S = 6.0
"""An adopted leg of which the worker says nothing for this long is gone: a connected one is spoken of
every two seconds."""
_REPORTED = {
    "connected": LegState.CONNECTED,
    "gone": LegState.GONE,
    "closed": LegState.CLOSED,
}


class RoomKeeper:
    """The room and its tasks. Everything that may have changed the room calls `wake`."""

    def __init__(self, call: str, tools: RoomTools) -> None:
        self.room = Room(call, tools)
        self.done = asyncio.Event()
        self._tools = tools
        self._wake = asyncio.Event()
        self._inbox = Inbox(call, tools.writer, tools.files)
        self.lines = LineWatch(tools.line_metrics)
        self._health: RoomHealth | None = None
        self._health_at = 0.0
        self._to_note: NoteHealth | None = None
        self._losing: asyncio.Task[None] | None = None
        self._closed_at: float | None = None
        self._tasks = [
            asyncio.create_task(self._keep()),
            asyncio.create_task(self._inbox.run()),
            asyncio.create_task(self._watch()),
        ]

    def wake(self) -> None:
        self._wake.set()

    async def stop(self) -> None:
        tasks = [*self._tasks, *([self._losing] if self._losing is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- what the worker tells -----------------------------------------------------------------

    async def adopted(self, worker: MediaWorker, legs: list[m.HeldLeg]) -> None:
        self._keep_waiting_no_longer()
        await self.room.adopt(worker, legs)
        self.wake()

    def link_cut(self) -> None:
        """The worker may only have lost its desk: give it a moment."""
        if self._losing is None and self.room.worker is not None:
            self._losing = asyncio.create_task(self._lose(LINK_GRACE_S))

    def worker_forgot(self) -> None:
        """The worker came back without this room: it is a new process."""
        self._keep_waiting_no_longer()
        if self.room.worker is not None:
            self._losing = asyncio.create_task(self._lose(0))

    def heard(self, worker: MediaWorker, event: m.Event) -> None:
        """Sorts the worker's events: facts in order, the rest as it is now."""
        match event:
            case m.LegEvent():
                sitting = self.room.whom(worker, event)
                if sitting is not None:
                    self._hear_of(sitting, event)
            case m.Health():
                self._hear_health(event)
            case _:
                self._inbox.put_if_there_is_room(partial(self._inbox.log, event, worker.ack))

    def _hear_of(self, sitting: Sitting, event: m.LegEvent) -> None:
        match event:
            case m.LegState():
                sitting.heard()
                self._report(event)
            case m.Reoffer():
                self.room.offer(event.leg, event.offer)
            case m.Streams():
                self._streams(sitting, event)
            case m.LegQuality():
                self._quality(sitting, event)

    def _report(self, event: m.LegState) -> None:
        state = _REPORTED.get(event.state)
        if state is LegState.CONNECTED:
            self.lines.connected(event.leg)
        # A replaced transport was closed by our own offer to a newer page.
        if state is not None and event.cause != "replaced":
            self._report_as(event.leg, event.incarnation, state)

    def _report_as(self, leg: str, incarnation: int, state: LegState) -> None:
        """A newer page may sit there when it is written: it is no news of that one."""
        command = ReportLeg(leg, incarnation, state)
        self._inbox.put(partial(self._write_report, command))

    async def _write_report(self, command: ReportLeg) -> None:
        await self._tools.writer.run(report_leg, command, actor=SYSTEM)

    def _quality(self, sitting: Sitting, event: m.LegQuality) -> None:
        """Comes of connected legs only; so after a cut link it says what else was missed."""
        if sitting.heard():
            self._report_as(event.leg, event.incarnation, LegState.CONNECTED)
        stored = self.room.lines.get(event.leg, UNMEASURED)
        found = self.lines.measured(event, sitting.seat, stored, has_sound=sitting.has_sound)
        if found.note is not None:
            self._inbox.put_if_there_is_room(partial(self._note_line, found.note))
        if found.limit is not None:
            self._inbox.put(partial(self._limit_leg, found.limit))
        told = leg_quality(event.call, event.leg, sitting.seat, found.figures, found.level)
        self._tools.hub.tell(self.room.stream, told)

    async def _note_line(self, command: NoteLine) -> None:
        await self._tools.writer.run(note_line, command, actor=SYSTEM)

    async def _limit_leg(self, command: LimitLeg) -> None:
        """Pages learn of it by the call's stream, the worker by the next pass of the room."""
        await self._tools.writer.run(limit_leg, command, actor=SYSTEM)

    @staticmethod
    def _streams(sitting: Sitting, event: m.Streams) -> None:
        sitting.streams = tuple(event.streams)
        if sitting.page is not None:
            sitting.page.send(leg_streams(event.call, event.leg, sitting.streams))

    # --- health --------------------------------------------------------------------------------

    def _hear_health(self, event: m.Health) -> None:
        now_ms = self._tools.clock.mono_ms()
        seats = {leg: sitting.seat for leg, sitting in self.room.sittings.items()}
        self._health = room_health(event, now_ms, seats)
        self._health_at = asyncio.get_running_loop().time()
        self._tools.hub.tell(self.room.stream, self._health)
        # Every one of them: what is noted lives for three seconds, and a desk that is slow for a moment
        # must not refuse what its pages show as green.
        self._note(
            NoteHealth(event.call, event.ok, event.cause, now_ms, event.last_durable_mono_ms)
        )

    def _note(self, command: NoteHealth) -> None:
        """The newest word alone waits for a store that is away: an older one is of no use then."""
        if self._to_note is None:
            self._inbox.put(self._write_note)
        self._to_note = command

    async def _write_note(self) -> None:
        command, self._to_note = self._to_note, None
        if command is None:
            return
        try:
            await self._tools.writer.run(note_health, command, actor=SYSTEM)
        except (StoreUnavailable, Overloaded):
            self._put_back(command)
            raise  # the inbox tries again

    def _put_back(self, command: NoteHealth) -> None:
        if self._to_note is None:
            self._to_note = command

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            self._watch_health()
            for sitting in self.room.unheard(UNHEARD_S):
                self._report_as(sitting.leg, sitting.incarnation, LegState.GONE)

    def _watch_health(self) -> None:
        """No word of the recorder is red, on both screens and in the store."""
        silent = asyncio.get_running_loop().time() - self._health_at > SILENCE_S
        if self._health is None or not silent or self._health.cause == "no_report":
            return
        self._health = RoomHealth(call=self.room.call, ok=False, cause="no_report")
        self._tools.hub.tell(self.room.stream, self._health)
        now_ms = self._tools.clock.mono_ms()
        self._note(NoteHealth(self.room.call, False, "no_report", now_ms, None))

    # --- keeping -------------------------------------------------------------------------------

    async def _keep(self) -> None:
        while True:
            self._wake.clear()
            pause = LOOK_AGAIN_S
            try:
                plan = await self.room.reconcile()
                if plan.settled and self._inbox.is_empty:
                    self.done.set()
                    return
                if not plan.needs_room:
                    pause = RETRY_S
                    await self._settle(plan)
            except WorkerGoneError:
                pause = RETRY_S
            except WorkerRefusedError as error:
                log.warning("worker_refused", call=self.room.call, code=error.code)
                pause = RETRY_S
            except DomainError as error:
                log.warning("room_waits", call=self.room.call, code=error.code)
                pause = RETRY_S
            except Exception:
                log.exception("room_failed", call=self.room.call)
                pause = LOOK_AGAIN_S
            await _wait(self._wake, pause)

    async def _settle(self, plan: RoomPlan) -> None:
        """The call is over and its worker said nothing of an end: read the disk, once it is late."""
        now = asyncio.get_running_loop().time()
        if self._closed_at is None:
            self._closed_at = now
        if now - self._closed_at < SETTLE_AFTER_S or plan.last_n is None:
            return
        self._closed_at = now
        expected = [
            (leg.id, source.value) for leg in plan.missed for source in sorted(leg.required)
        ]
        try:
            facts = await asyncio.to_thread(
                self._tools.files.settle, self.room.call, plan.last_n, expected
            )
        except StillRecorded:
            return
        except OSError:
            log.exception("recording_unreadable", call=self.room.call)
            return
        for fact in facts:
            await self._tools.writer.run(log_recording, LogRecording(fact), actor=SYSTEM)
        log.info("recording_settled", call=self.room.call, facts=len(facts))
        self.wake()

    async def _lose(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        # From here on nothing calls it back: pages will be offered anew, which always helps.
        self._losing = None
        log.warning("worker_lost", call=self.room.call)
        try:
            await self.room.lost()
        except DomainError as error:
            log.warning("loss_not_written", call=self.room.call, code=error.code)
        self.wake()

    def _keep_waiting_no_longer(self) -> None:
        if self._losing is not None:
            self._losing.cancel()
            self._losing = None


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
