"""How the writer's answers reach who waits: a thread each for itself, an event loop once a batch.

Waking a loop from another thread is a system call and a change of threads; with dozens of acts a commit
that costs more than some of them.
"""

import asyncio
from concurrent.futures import Future
from typing import Any, TypeAlias

Waiter: TypeAlias = "Future[Any] | asyncio.Future[Any]"
"""Of a thread, or of an event loop."""

_Reply: TypeAlias = "tuple[asyncio.Future[Any], Any, BaseException | None]"


def still_waits(waiter: Waiter) -> bool:
    """Whether an act is to begin; after it has begun, a thread cannot withdraw it any more."""
    if isinstance(waiter, Future):
        return waiter.set_running_or_notify_cancel()
    return not waiter.cancelled()


class Replies:
    """Of one batch: `add` each, then `send`. Used by the writer's thread alone."""

    def __init__(self) -> None:
        self._by_loop: dict[asyncio.AbstractEventLoop, list[_Reply]] = {}

    def add(self, waiter: Waiter, result: object, error: BaseException | None = None) -> None:
        """`result` counts where there is no `error`."""
        if not isinstance(waiter, Future):
            self._by_loop.setdefault(waiter.get_loop(), []).append((waiter, result, error))
        elif error is None:
            waiter.set_result(result)
        else:
            waiter.set_exception(error)

    def send(self) -> None:
        for loop, replies in self._by_loop.items():
            try:
                loop.call_soon_threadsafe(_give, replies)
            except RuntimeError:
                continue  # the loop is closed, and nobody waits on it any more


def _give(replies: list[_Reply]) -> None:
    for waiter, result, error in replies:
        if waiter.done():
            continue  # its caller was cancelled meanwhile; the act is done all the same
        if error is None:
            waiter.set_result(result)
        else:
            waiter.set_exception(error)
