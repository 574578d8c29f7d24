"""What the desk does by itself, again and again. No rule relies on it; lists merely stay tidy."""

import asyncio

import structlog

from casework.actions.expire_leases import ExpireLeases, expire_leases
from casework.actions.lapse_cases import LapseCases, lapse_cases
from casework.actions.sweep_launches import SweepLaunches, sweep_launches
from casework.actor import SYSTEM
from casework.clock import Clock
from casework.erasure.eraser import Eraser
from casework.errors import DomainError
from casework.materials.unnamed import UnnamedContents
from casework.store.idempotency import Forget, forget
from casework.store.writer import Writer

log = structlog.get_logger(component="housekeeping")

LEASES_S = 2.0
IDEMPOTENCY_KEPT_MS = 24 * 3_600_000
LAPSE_EVERY = 30
FORGET_EVERY = 1800
SWEEP_EVERY = 30


async def keep_house(
    writer: Writer, clock: Clock, eraser: Eraser, unnamed: UnnamedContents
) -> None:
    """Runs until cancelled: run-out locks and confirmed erasures every two seconds, supplements that
    did not come, launches that nobody opened and some contents that no case names every minute, old
    idempotency keys hourly.
    """
    turn = 0
    while True:
        try:
            await writer.run(expire_leases, ExpireLeases(), actor=SYSTEM)
            if turn % LAPSE_EVERY == 0:
                await writer.run(lapse_cases, LapseCases(), actor=SYSTEM)
            if turn % FORGET_EVERY == 0:
                before = Forget(clock.wall_ms() - IDEMPOTENCY_KEPT_MS)
                await writer.run(forget, before, actor=SYSTEM)
            if turn % SWEEP_EVERY == 0:
                await writer.run(sweep_launches, SweepLaunches(), actor=SYSTEM)
                await asyncio.to_thread(unnamed.sweep_some)
            await asyncio.to_thread(eraser.carry_out)
        except DomainError as error:
            log.warning("postponed", code=error.code)
        except Exception:
            # One case that cannot be tidied must not keep the others untidy for ever.
            log.exception("not_tidied")
        turn += 1
        await asyncio.sleep(LEASES_S)
