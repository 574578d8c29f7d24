"""Waiting for what will become true, with a deadline that says what never did."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")


@overload
async def until(
    look: Callable[[], Awaitable[T | None]], what: str, seconds: float, every_s: float = ...
) -> T: ...
@overload
async def until(
    look: Callable[[], T | None], what: str, seconds: float, every_s: float = ...
) -> T: ...
async def until(
    look: Callable[[], T | Awaitable[T | None] | None],
    what: str,
    seconds: float,
    every_s: float = 0.05,
) -> T:
    """The first truthy value of `look`. Raises AssertionError with the last one."""
    end = asyncio.get_running_loop().time() + seconds
    while True:
        found = look()
        value = await found if inspect.isawaitable(found) else found
        if value:
            return value
        if asyncio.get_running_loop().time() > end:
            raise AssertionError(f"not within {seconds} s: {what} (last seen: {value!r})")
        await asyncio.sleep(every_s)
