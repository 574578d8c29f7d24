"""The clock of the calls: rings, ends rings, and ends what could not go on.

It remembers nothing. Each pass reads what is waiting and overdue, so a desk that restarts goes on in
the middle of a ring; and every act asks its own rule again, so a stale pass does no harm.
"""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import Connection

from casework.actions.end_call import EndCall, end_call
from casework.actions.miss_offer import MissOffer, miss_offer
from casework.actions.offer_call import OfferCall, offer_call
from casework.actor import SYSTEM
from casework.clock import Clock
from casework.errors import DomainError
from casework.model.call import CallState, EndReason
from casework.policy.interruption import REJOIN_WINDOW_S
from casework.policy.routing import RING_MS, match, next_change_ms
from casework.store.engine import Store
from casework.store.writer import Action, Writer
from casework.views.calls import calls_in, open_offers
from casework.views.hall import free_reviewers, queued
from casework.views.state_began import began_ms
from signaling.rooms.news import OF_CALLS

log = structlog.get_logger(component="dispatcher")

CONNECT_WITHIN_MS = 60_000
LOOK_AGAIN_MS = 1_000

C = TypeVar("C")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Pass:
    """What is to be done at one moment; `next_ms` is wall time of the next thing that only waits."""

    missed: tuple[MissOffer, ...]
    offers: tuple[OfferCall, ...]
    ends: tuple[EndCall, ...]
    next_ms: int | None


def read_pass(
    conn: Connection,
    now_ms: int,
    rejoin_within_ms: int = 1000 * REJOIN_WINDOW_S,
    *,
    mono_ms: int = 0,
) -> Pass:
    """`mono_ms` is now on CLOCK_MONOTONIC; without it the wall clock alone tells what is over."""

    def began(call_id: str, since_ms: int) -> int:
        return began_ms(conn, call_id, since_ms, now_ms=now_ms, mono_ms=mono_ms)

    offers = [(began(one.call_id, one.offered_ms) + RING_MS, one) for one in open_offers(conn)]
    waiting = queued(conn)
    limits = [
        (began(call.id, call.since_ms) + within_ms, EndCall(call.id, reason))
        for state, within_ms, reason in (
            (CallState.CONNECTING, CONNECT_WITHIN_MS, EndReason.NOT_CONNECTED),
            (CallState.INTERRUPTED, rejoin_within_ms, EndReason.NOT_RESUMED),
        )
        for call in calls_in(conn, [state])
    ]
    times = [at for at, _ in offers] + [at for at, _ in limits]
    change = next_change_ms(waiting, now_ms)
    free = free_reviewers(conn, now_ms) if waiting else []
    later = [at for at in [*times, *([] if change is None else [change])] if at > now_ms]
    return Pass(
        missed=tuple(MissOffer(offer.id) for at, offer in offers if at <= now_ms),
        offers=tuple(
            OfferCall(call.call_id, reviewer.staff_id)
            for call, reviewer in match(waiting, free, now_ms)
        ),
        ends=tuple(end for at, end in limits if at <= now_ms),
        next_ms=min(later, default=None),
    )


class Dispatcher:
    """Run `run()` as a task of the desk; one dispatcher a store. `rejoin_window_s` is how long an
    interrupted call is waited for.
    """

    def __init__(
        self,
        store: Store,
        writer: Writer,
        clock: Clock,
        *,
        rejoin_window_s: int = REJOIN_WINDOW_S,
    ) -> None:
        self._rejoin_within_ms = 1000 * rejoin_window_s
        self._store = store
        self._writer = writer
        self._clock = clock

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

        forget = self._writer.on_news(wake, streams=OF_CALLS)
        try:
            while True:
                changed.clear()
                pause_ms = LOOK_AGAIN_MS
                try:
                    pause_ms = await self.once()
                except Exception:
                    log.exception("pass_failed")
                try:
                    async with asyncio.timeout(pause_ms / 1000):
                        await changed.wait()
                except TimeoutError:
                    continue
        finally:
            forget()

    async def once(self) -> int:
        """One pass; returns in how many milliseconds the next is due if nothing happens."""
        now_ms = self._clock.wall_ms()
        read = partial(read_pass, mono_ms=self._clock.mono_ms())
        todo = await self._store.read(read, now_ms, self._rejoin_within_ms)
        for missed in todo.missed:
            await self._try(miss_offer, missed)
        for end in todo.ends:
            await self._try(end_call, end)
        for offer in todo.offers:
            await self._try(offer_call, offer)
        if todo.next_ms is None:
            return LOOK_AGAIN_MS
        return min(max(todo.next_ms - self._clock.wall_ms(), 1), LOOK_AGAIN_MS)

    async def _try(self, action: Action[C, R], command: C) -> None:
        """A refusal means that somebody was faster; the next pass sees what is true now."""
        try:
            await self._writer.run(action, command, actor=SYSTEM)
        except DomainError as error:
            name = getattr(action, "__name__", "act")
            log.info("act_refused", act=name, code=error.code, slug=error.slug)
