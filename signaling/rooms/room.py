"""One call's room at the desk: brings the media worker to what the store says, again and again.

Nothing is remembered that could not be read again: `reconcile` compares the stored call with what
the worker was last told and sends the difference. So a desk that restarts, a worker that dies and a
page that reloads all take the same road.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from casework.actions.admit_leg import AdmitLeg, admit_leg
from casework.actions.arm_recording import ArmRecording, arm_recording
from casework.actions.interrupt_call import InterruptCall, interrupt_call
from casework.actions.lease_room import LeaseRoom, lease_room
from casework.actor import SYSTEM
from casework.clock import Clock
from casework.keys.key_ring import KeyRing
from casework.model.call import LegState
from casework.model.call_session import Leg
from casework.model.line import Rung
from casework.policy.admission import videos
from casework.ports import GapCause, TrackSource
from casework.store.engine import Store
from casework.store.writer import Writer
from casework.views.lines import LegLine
from casework.worker_link.client import WorkerGoneError
from casework.worker_link.messages import HeldLeg, LegEvent, Offer, Route
from signaling.hub import Hub
from signaling.lines.metrics import LineMetrics
from signaling.page import Page
from signaling.protocol.errors import NewerPage
from signaling.protocol.server import LegReplaced, PagePresence, RoomState
from signaling.rooms.files import RecordingFiles
from signaling.rooms.messages import leg_devices, leg_offer, leg_streams
from signaling.rooms.plan import RoomPlan, read_plan
from signaling.rooms.sitting import Sitting
from signaling.turn import IceServers
from signaling.workers.port import LegSpec, MediaWorker, RoomSpec

log = structlog.get_logger(component="rooms")


@dataclass(frozen=True, slots=True)
class RoomTools:
    """What every room shares. `pick` chooses a worker for a new lease, None while there is none;
    given the name of the worker that held the last lease, it first gives that one time to come back.
    """

    store: Store
    writer: Writer
    hub: Hub
    clock: Clock
    keys: KeyRing
    files: RecordingFiles
    pick: Callable[[str | None], MediaWorker | None]
    ice_servers: IceServers
    line_metrics: LineMetrics | None = None


class Room:
    """`worker` is set while the room is open there; `worker.here` tells whether it can be reached."""

    def __init__(self, call: str, tools: RoomTools) -> None:
        self.call = call
        self.worker: MediaWorker | None = None
        self.opened = asyncio.Event()
        self.sittings: dict[str, Sitting] = {}
        self.lines: Mapping[str, LegLine] = {}
        self._tools = tools
        self._told_routes: tuple[Route, ...] = ()
        self._was_lost = False

    @property
    def stream(self) -> str:
        return f"call:{self.call}"

    # --- pages ---------------------------------------------------------------------------------

    def seat(self, page: Page, leg: Leg) -> None:
        """The page sits down and waits for an offer; who sat there before is told to go."""
        old = self.sittings.get(leg.id)
        if old is not None and old.page is not None and old.page is not page:
            old.page.send(LegReplaced(call=self.call, leg=leg.id))
        self.sittings[leg.id] = Sitting(
            leg.id,
            leg.seat,
            leg.incarnation,
            leg.has_sound,
            page,
            unoffered=True,
            limited=Rung.FULL if old is None else old.limited,
            here=self._was_here(old),
            missing=() if old is None else old.missing,
            sharing=old is not None and old.sharing,
        )
        self.tell_presence()
        self._tell_who_is_away(page)

    def attach(self, page: Page, leg: str, incarnation: int) -> bool:
        """The page's socket is back and its connection was never gone; False if it has to join.

        Raises NewerPage: an ICE restart for this page would be one of the other's connection.
        """
        sitting = self.sittings.get(leg)
        if sitting is not None and sitting.incarnation > incarnation:
            raise NewerPage
        if sitting is None or self.worker is None or sitting.unoffered:
            return False
        if sitting.incarnation != incarnation:
            return False
        if sitting.page is not None and sitting.page is not page:
            sitting.page.send(LegReplaced(call=self.call, leg=leg))
        sitting.page = page
        sitting.offer_lost |= sitting.offered > sitting.answered
        page.send(leg_streams(self.call, leg, sitting.streams))
        self.tell_presence()
        self._tell_who_is_away(page)
        return True

    def tell_presence(self) -> None:
        """Tells the call's pages which seats fell silent or are heard again."""
        for sitting in self.sittings.values():
            if sitting.is_here is not sitting.here:
                sitting.here = sitting.is_here
                self._tools.hub.tell(
                    self.stream,
                    PagePresence(call=self.call, seat=sitting.seat, here=sitting.here),
                )

    def devices(self, leg: str, missing: tuple[TrackSource, ...], *, sharing: bool) -> None:
        """Devices of the leg's page went away or are there again, or its screen is shared or is not
        any more: the others are told.
        """
        sitting = self.sittings.get(leg)
        if sitting is not None and (sitting.missing, sitting.sharing) != (missing, sharing):
            sitting.missing, sitting.sharing = missing, sharing
            self._tools.hub.tell(self.stream, leg_devices(self.call, sitting))

    def _tell_who_is_away(self, page: Page) -> None:
        """A page that was away itself has not heard it, nor whose devices are gone."""
        for sitting in self.sittings.values():
            if not sitting.here:
                page.send(PagePresence(call=self.call, seat=sitting.seat, here=False))
            if sitting.missing or sitting.sharing:
                page.send(leg_devices(self.call, sitting))

    def forget_page(self, page: Page) -> None:
        """The page's socket is gone; its leg is the worker's to judge."""
        for sitting in self.sittings.values():
            if sitting.page is page:
                sitting.page = None
        self.tell_presence()

    def offer(self, leg: str, offer: Offer) -> None:
        """Passes an offer on to whoever sits on the leg; one that is still waiting for its own gets
        none of the page that sat there before. An offer that another one overtook has no answer
        any more, and its addresses may be those of before an ICE restart.
        """
        sitting = self.sittings.get(leg)
        if sitting is None or sitting.unoffered or offer.number < sitting.offered:
            return
        sitting.offered, sitting.offer_lost = offer.number, False
        if sitting.page is not None:
            servers = self._tools.ice_servers(leg)
            sitting.page.send(leg_offer(self.call, leg, offer, servers))

    # --- the worker ----------------------------------------------------------------------------

    async def adopt(self, worker: MediaWorker, legs: Sequence[HeldLeg]) -> None:
        """The room is open at `worker` (the desk restarted, or only the link was cut).

        What was admitted there is said again: the store may have moved on meanwhile. A transport of
        an earlier page than sits there now is none, and an offer that is open there may never have
        been heard, or its answer went down with the desk before. Nor need the worker hold a leg that
        the store has: its page left while nobody listened, or was never offered anything. It is
        awaited as one of which the worker says nothing (`unheard`).
        """
        self.worker = worker
        self._told_routes = ()
        held = {one.leg: one for one in legs}
        plan = await self._plan()
        for leg in plan.legs:
            if leg.state is not LegState.CLOSED and leg.id not in self.sittings:
                self.sittings[leg.id] = Sitting(leg.id, leg.seat, leg.incarnation, leg.has_sound)
        for sitting in self.sittings.values():
            mine = held.get(sitting.leg)
            sitting.unoffered |= mine is None or mine.incarnation != sitting.incarnation
            sitting.offer_lost = mine is not None and mine.unanswered > 0
            sitting.told = sitting.limited = None
            sitting.unheard_since = asyncio.get_running_loop().time()
        self.opened.set()
        self.tell_presence()

    def whom(self, worker: MediaWorker, event: LegEvent) -> Sitting | None:
        """Of whom the worker speaks: of nobody, where it means the transport of another page than
        sits there now, or is not the worker any more that carries the room. The answer to a command
        may overtake what happened before it.
        """
        sitting = self.sittings.get(event.leg)
        if sitting is None or sitting.incarnation != event.incarnation:
            return None
        return sitting if worker is self.worker else None

    def unheard(self, seconds: float) -> list[Sitting]:
        """Adopted legs of which the worker said nothing for so long; each is named once."""
        now = asyncio.get_running_loop().time()
        found = [
            sitting
            for sitting in self.sittings.values()
            if sitting.unheard_since is not None and now - sitting.unheard_since > seconds
        ]
        for sitting in found:
            sitting.unheard_since = None
        return found

    async def lost(self) -> None:
        """The worker that carried the room is gone for good: every page needs a new offer."""
        self.worker = None
        self.opened.clear()
        self._was_lost = True
        self._told_routes = ()
        for sitting in self.sittings.values():
            sitting.unoffered, sitting.told, sitting.streams = True, None, ()
            sitting.offered = sitting.answered = 0
            sitting.limited = Rung.FULL
        self._tools.hub.tell(self.stream, RoomState(call=self.call, state="recovering"))
        await self._interrupt()

    async def _interrupt(self) -> None:
        await self._tools.writer.run(interrupt_call, InterruptCall(self.call), actor=SYSTEM)

    async def reconcile(self) -> RoomPlan:
        """One pass; run it again after anything changed. Returns the plan it followed.

        Raises WorkerGoneError, WorkerRefusedError or DomainError; whatever was done stays done.
        """
        plan = await self._plan()
        self.lines = plan.lines
        if not plan.needs_room:
            await self._close(plan)
            return plan
        worker = self.worker or await self._open(plan)
        seated = []
        for leg in plan.legs:
            sitting = self.sittings.get(leg.id)
            if sitting is None or sitting.incarnation > leg.incarnation:
                continue  # who sat down after the plan was read is in the next one
            if leg.state is LegState.CLOSED:
                del self.sittings[leg.id]
                await worker.close_leg(self.call, leg.id, None)
                continue
            await self._limit(worker, plan, leg, sitting)
            if sitting.unoffered and sitting.page is not None:
                # Before the admission, which is written while the page answers.
                await self._offer(worker, plan, leg, sitting)
            elif sitting.offer_lost and sitting.page is not None:
                await self._offer_again(worker, sitting)
            seated.append((leg, sitting))
        # Side by side: when she agrees, what the whole counter has is let in by one commit.
        admissions = (self._admit(worker, plan, leg, sitting) for leg, sitting in seated)
        for failed in await asyncio.gather(*admissions, return_exceptions=True):
            if failed is not None:
                raise failed
        routes = plan.routes()
        if routes != self._told_routes:
            await worker.set_routes(self.call, routes)
            self._told_routes = routes
        return plan

    async def _open(self, plan: RoomPlan) -> MediaWorker:
        """Armed first, leased second, opened third: a crash between leaves an empty recording and
        a number nobody uses, never a byte that the log does not expect.
        """
        worker = self._tools.pick(None if self._was_lost else plan.call.worker)
        if worker is None:
            raise WorkerGoneError("no media worker is here")
        call = self.call
        if plan.call.worker is not None and not self._was_lost:
            # It was open before this desk began, and no worker has it: nobody could tell of its end.
            await self._interrupt()
        await self._tools.writer.run(arm_recording, ArmRecording(call), actor=SYSTEM)
        lease = await self._tools.writer.run(lease_room, LeaseRoom(call, worker.name), actor=SYSTEM)
        key = self._tools.keys.call_key(call)
        directory = str(self._tools.files.directory(call))
        await worker.open_room(RoomSpec(call, lease.epoch, key, directory, plan.last_n or 0))
        log.info("room_opened", call=call, worker=worker.name, epoch=lease.epoch)
        self.worker = worker
        self.opened.set()
        if self._was_lost:
            self._was_lost = False
            self._tools.hub.tell(self.stream, RoomState(call=call, state="open"))
        return worker

    async def _admit(self, worker: MediaWorker, plan: RoomPlan, leg: Leg, sitting: Sitting) -> None:
        sources = plan.admits(leg)
        if sources != leg.admitted:
            # Written before the worker is told; the rule is asked again inside the act.
            done = await self._tools.writer.run(admit_leg, AdmitLeg(leg.id), actor=SYSTEM)
            sources = done.sources
        if sources != sitting.told:
            cause = _cause_of_shrinking(plan, sitting.told or (), sources)
            await worker.admit_leg(self.call, leg.id, sources, cause)
            sitting.told = sources

    async def _limit(self, worker: MediaWorker, plan: RoomPlan, leg: Leg, sitting: Sitting) -> None:
        line = plan.line(leg.id)
        rung = line.up
        if rung is not sitting.limited:
            cause = GapCause.PAUSE if line.line_up.moves else GapCause.BAD_LINE
            await worker.limit_leg(self.call, leg.id, rung, None if rung.moves else cause)
            sitting.limited = rung

    async def _offer(self, worker: MediaWorker, plan: RoomPlan, leg: Leg, sitting: Sitting) -> None:
        spec = LegSpec(
            call=self.call,
            leg=leg.id,
            incarnation=sitting.incarnation,
            site=leg.site.value,
            microphone=leg.has_sound,
            speaker=leg.has_sound,
            videos=videos(plan.call.profile, leg.seat),
            expected=tuple(sorted(leg.required)),
        )
        page = sitting.page
        offer = await worker.open_leg(spec)
        if sitting.page is not page or self.sittings.get(leg.id) is not sitting:
            return  # a newer page sat down meanwhile; the next pass makes its offer
        sitting.unoffered = False
        sitting.unheard_since = None  # it has a transport now, of which the worker speaks
        sitting.offered = sitting.answered = 0  # those were offers of another transport
        self.offer(leg.id, offer)

    async def _offer_again(self, worker: MediaWorker, sitting: Sitting) -> None:
        """Once, where the worker refuses: it has nothing to restart then."""
        sitting.offer_lost = False
        try:
            offer = await worker.restart_leg(self.call, sitting.leg)
        except WorkerGoneError:
            sitting.offer_lost = True
            raise
        self.offer(sitting.leg, offer)

    async def _close(self, plan: RoomPlan) -> None:
        self.sittings.clear()
        worker, self.worker = self.worker, None
        self.opened.clear()
        if worker is None:
            return
        reason = plan.call.end_reason or plan.call.state
        try:
            await worker.close_room(self.call, reason.value)
        except WorkerGoneError:
            self.worker = worker
            self.opened.set()
            raise
        log.info("room_closed", call=self.call)

    async def _plan(self) -> RoomPlan:
        return await self._tools.store.read(read_plan, self.call)

    @staticmethod
    def _was_here(old: Sitting | None) -> bool:
        return True if old is None else old.here


def _cause_of_shrinking(
    plan: RoomPlan, before: Sequence[TrackSource], after: Sequence[TrackSource]
) -> GapCause | None:
    if set(before) <= set(after):
        return None
    return GapCause.CONSENT_WITHDRAWN if plan.withdrawn else GapCause.PAUSE
