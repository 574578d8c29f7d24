"""How tests wait: for a condition, with a deadline, and never for a while."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

DEADLINE_S = 30.0
"""No figure: a loaded machine may take its time, and only a failing test comes near it."""


async def until(condition: Callable[[], Any], what: str = "", seconds: float = DEADLINE_S) -> Any:
    """Waits for a truthy value of `condition`, which is looked at every few milliseconds."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"never came: {what or condition}")
        await asyncio.sleep(0.005)
    return value


def wait_until(condition: Callable[[], Any], what: str = "", seconds: float = DEADLINE_S) -> Any:
    """As `until`, in a thread that has no loop."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"never came: {what or condition}")
        time.sleep(0.005)
    return value
