"""How a request's act is run, whichever room it comes in by."""

from collections.abc import Callable
from typing import TypeVar

from aiohttp import web

from casework.actor import Actor
from casework.store.tx import Tx
from portal.bodies import idempotency_key
from portal.keys import WRITER

C = TypeVar("C")
R = TypeVar("R")


async def run(request: web.Request, action: Callable[[Tx, C], R], command: C, actor: Actor) -> R:
    """Runs an act under the caller's Idempotency-Key, if one was given. Raises InvalidInput for a key
    that is too long, and what the act raises.
    """
    return await request.app[WRITER].run(
        action, command, actor=actor, idempotency_key=idempotency_key(request)
    )
