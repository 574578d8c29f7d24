"""Every room of this desk, its workers, and the pages in them."""

import asyncio
from collections.abc import Sequence

import structlog

from casework.actions.join_leg import LegJoined
from casework.clock import Clock
from casework.errors import DomainError, NotFound
from casework.keys.key_ring import KeyRing
from casework.policy.call_rules import takes_part
from casework.ports import TrackSource
from casework.store.engine import Store
from casework.store.writer import Writer
from casework.views.calls import call_of, leg_of
from casework.worker_link.client import WorkerGoneError, WorkerRefusedError
from casework.worker_link.messages import Event, RoomState
from signaling.hub import Hub
from signaling.lines.loads import PageReport
from signaling.lines.metrics import LineMetrics
from signaling.page import Page
from signaling.protocol.errors import LegNotYours, MediaRefused, NewerPage, NoMediaWorker
from signaling.relay.errors import StaleAnswer
from signaling.rooms.files import RecordingFiles
from signaling.rooms.keeper import RoomKeeper
from signaling.rooms.news import COUNT_AGAIN_S, LOOK_AGAIN_S, OF_CALLS, news_after
from signaling.rooms.plan import NEEDS_ROOM, acknowledged, unsettled_calls
from signaling.rooms.room import RoomTools
from signaling.rooms.sitting import Sitting
from signaling.turn import IceServers, no_servers
from signaling.workers.port import MediaWorker

log = structlog.get_logger(component="rooms")

HOLDER_GRACE_S = 3.0


class RoomBook:
    """Implements `WorkerListener`. `run` is a task of the desk."""

    def __init__(
        self,
        *,
        store: Store,
        writer: Writer,
        hub: Hub,
        clock: Clock,
        keys: KeyRing,
        files: RecordingFiles,
        ice_servers: IceServers = no_servers,
        line_metrics: LineMetrics | None = None,
    ) -> None:
        self._store = store
        self._writer = writer
        self._hub = hub
        self._workers: dict[str, MediaWorker] = {}
        self._keepers: dict[str, RoomKeeper] = {}
        self._began = 0.0
        self._position: int | None = None
        self._count_at = 0.0
        self._tools = RoomTools(
            store, writer, hub, clock, keys, files, self._pick, ice_servers, line_metrics
        )
        hub.on_change(self._pages_changed)

    @property
    def kept(self) -> int:
        """Rooms that are looked after."""
        return len(self._keepers)

    # --- the task ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Opens a keeper for every call that needs one, and wakes those whose call has news."""
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

        forget = self._writer.on_news(wake, streams=OF_CALLS)
        self._began = loop.time()
        try:
            while True:
                changed.clear()
                await self._drop_finished()
                try:
                    await self._look()
                except Exception:
                    log.exception("calls_unreadable")
                try:
                    async with asyncio.timeout(LOOK_AGAIN_S):
                        await changed.wait()
                except TimeoutError:
                    continue
        finally:
            forget()
            await asyncio.gather(*(keeper.stop() for keeper in self._keepers.values()))
            self._keepers.clear()

    async def _look(self) -> None:
        """The place in the outbox moves last: what fails before is looked at again (`news`)."""
        news = await self._store.read(news_after, self._position)
        now = asyncio.get_running_loop().time()
        if news.calls - self._keepers.keys() or now >= self._count_at:
            for call in await self._store.read(unsettled_calls):
                self._keeper(call)
            self._count_at = now + COUNT_AGAIN_S
        for call in news.calls & self._keepers.keys():
            self._keepers[call].wake()
        self._position = news.position

    async def _drop_finished(self) -> None:
        for call, keeper in list(self._keepers.items()):
            if keeper.done.is_set():
                del self._keepers[call]
                self._count_at = 0.0
                await keeper.stop()

    def _keeper(self, call: str) -> RoomKeeper:
        keeper = self._keepers.get(call)
        if keeper is None:
            keeper = self._keepers[call] = RoomKeeper(call, self._tools)
        return keeper

    # --- workers -------------------------------------------------------------------------------

    def _pick(self, holder: str | None) -> MediaWorker | None:
        """The worker with the fewest rooms of those that are here.

        After a restart of the desk the worker that holds a room's lease is waited for: it carries
        the call on, and a second room elsewhere would throw everybody out.
        """
        young = asyncio.get_running_loop().time() - self._began < HOLDER_GRACE_S
        if holder is not None and young and not self._is_here(holder):
            return None
        load = {name: 0 for name, worker in self._workers.items() if worker.here}
        for keeper in self._keepers.values():
            worker = keeper.room.worker
            if worker is not None and worker.name in load:
                load[worker.name] += 1
        return self._workers[min(load, key=lambda name: load[name])] if load else None

    def _is_here(self, name: str) -> bool:
        worker = self._workers.get(name)
        return worker is not None and worker.here

    async def worker_here(self, worker: MediaWorker, rooms: Sequence[RoomState]) -> None:
        self._workers[worker.name] = worker
        held = {state.call: state for state in rooms}
        for state in rooms:
            if not await self._adopt(worker, state):
                log.warning("stray_room", call=state.call, worker=worker.name)
                await _close_stray(worker, state.call)
        for call, keeper in self._keepers.items():
            mine = keeper.room.worker
            if mine is not None and mine.name == worker.name and call not in held:
                keeper.worker_forgot()
            keeper.wake()

    async def _adopt(self, worker: MediaWorker, state: RoomState) -> bool:
        """False for a room that this desk leased to another worker since, or never heard of."""
        try:
            call = await self._store.read(call_of, state.call)
        except NotFound:
            return False
        if (call.worker, call.epoch) != (worker.name, state.epoch):
            return False
        await self._keeper(state.call).adopted(worker, state.legs)
        return True

    async def worker_event(self, worker: MediaWorker, event: Event) -> None:
        keeper = self._keepers.get(event.call)
        if keeper is None:
            # What a call that is over left in its journal: a keeper logs it and goes again.
            try:
                await self._store.read(call_of, event.call)
            except NotFound:
                log.warning("fact_of_unknown_call", call=event.call)
                return
            keeper = self._keeper(event.call)
        keeper.heard(worker, event)

    async def worker_gone(self, worker: MediaWorker) -> None:
        for keeper in self._keepers.values():
            if keeper.room.worker is worker:
                keeper.link_cut()

    async def acks(self) -> dict[str, int]:
        return await self._store.read(acknowledged)

    # --- pages ---------------------------------------------------------------------------------

    async def seat(self, page: Page, call: str, joined: LegJoined) -> None:
        """Raises NewerPage where a newer page of the same seat was faster."""
        leg = await self._store.read(leg_of, joined.leg_id)
        if leg.incarnation != joined.incarnation:
            raise NewerPage
        keeper = self._keeper(call)
        keeper.room.seat(page, leg)
        keeper.wake()

    async def attach(self, page: Page, call: str, leg_id: str, incarnation: int) -> bool:
        """Raises NotFound, LegNotYours, or NewerPage for an older incarnation than sits there."""
        session = await self._store.read(call_of, call)
        leg = await self._store.read(leg_of, leg_id)
        if leg.call_id != call or leg.seat is not page.seat or not takes_part(page.actor, session):
            raise LegNotYours
        if session.state not in NEEDS_ROOM:
            return False
        if incarnation < leg.incarnation:
            raise NewerPage
        keeper = self._keeper(call)
        room = keeper.room
        try:
            # A desk that has just begun is still on its way to the worker that holds the room.
            async with asyncio.timeout(HOLDER_GRACE_S):
                await room.opened.wait()
        except TimeoutError:
            return False
        if not room.attach(page, leg_id, incarnation):
            return False
        keeper.wake()
        return True

    def unseat(self, leg_id: str) -> None:
        """The page left in order; the keeper closes the leg at the worker."""
        for keeper in self._keepers.values():
            if leg_id in keeper.room.sittings:
                keeper.wake()

    async def answer(self, page: Page, leg_id: str, number: int, sdp: str) -> None:
        """Raises LegNotYours, NoMediaWorker, MediaRefused or the relay's own refusal."""
        keeper, worker, sitting = self._sitting(page, leg_id)
        if number < sitting.offered:
            raise StaleAnswer(offer=number)  # a newer one is on its way to the page
        try:
            await worker.answer_leg(keeper.room.call, leg_id, number, sdp)
        except WorkerGoneError as error:
            sitting.offer_lost |= number >= sitting.offered  # the page answers an offer once
            keeper.wake()
            raise _as_refusal(error) from None
        except WorkerRefusedError as error:
            raise _as_refusal(error) from None
        sitting.answered = max(sitting.answered, number)

    async def restart(self, page: Page, leg_id: str) -> None:
        """Raises as `answer`; the offer follows as a message."""
        keeper, worker, _sitting = self._sitting(page, leg_id)
        try:
            offer = await worker.restart_leg(keeper.room.call, leg_id)
        except (WorkerGoneError, WorkerRefusedError) as error:
            raise _as_refusal(error) from None
        keeper.room.offer(leg_id, offer)

    def report(self, page: Page, leg_id: str, report: PageReport) -> None:
        """What the page says of its own line. Raises LegNotYours."""
        keeper = self._keeper_of(page, leg_id)
        keeper.lines.reported(leg_id, report)

    def devices(
        self, page: Page, leg_id: str, missing: tuple[TrackSource, ...], *, sharing: bool
    ) -> None:
        """What the page says of its own devices. Raises LegNotYours."""
        self._keeper_of(page, leg_id).room.devices(leg_id, missing, sharing=sharing)

    def forget_page(self, page: Page) -> None:
        for keeper in self._keepers.values():
            keeper.room.forget_page(page)

    def _keeper_of(self, page: Page, leg_id: str) -> RoomKeeper:
        for keeper in self._keepers.values():
            sitting = keeper.room.sittings.get(leg_id)
            if sitting is not None and sitting.page is page:
                return keeper
        raise LegNotYours

    def _sitting(self, page: Page, leg_id: str) -> tuple[RoomKeeper, MediaWorker, Sitting]:
        keeper = self._keeper_of(page, leg_id)
        if keeper.room.worker is None:
            raise NoMediaWorker
        return keeper, keeper.room.worker, keeper.room.sittings[leg_id]

    def _pages_changed(self) -> None:
        for keeper in self._keepers.values():
            keeper.room.tell_presence()


async def _close_stray(worker: MediaWorker, call: str) -> None:
    try:
        await worker.close_room(call, "stale_epoch")
    except (WorkerGoneError, WorkerRefusedError) as error:
        log.warning("stray_room_stays", call=call, reason=str(error))


def _as_refusal(error: WorkerGoneError | WorkerRefusedError) -> DomainError:
    """The relay's refusal under its own code where it is one of the program's, else S-09."""
    if isinstance(error, WorkerGoneError):
        return NoMediaWorker()
    for kind in DomainError.known().values():
        if kind.slug == error.code:
            return kind()
    return MediaRefused(reason=error.code)
