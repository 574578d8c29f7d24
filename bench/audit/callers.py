"""Callers that each wait for their answer before they ask again, as pages do."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass
class Answered:
    """What one window of many callers brought. `waits_ms` has the time of every answer."""

    seconds: float = 0.0
    waits_ms: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.waits_ms) / self.seconds

    def wait_ms(self, share: float) -> float:
        """By nearest rank."""
        return nearest_rank(self.waits_ms, share)


def nearest_rank(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def ask(act: Callable[[int], Awaitable[object]], callers: int, seconds: float) -> Answered:
    """`act(caller)` over and over; what is still under way at the end is waited for and counts."""
    answered = Answered()
    began = time.perf_counter()

    async def call(number: int) -> None:
        while (asked := time.perf_counter()) - began < seconds:
            await act(number)
            answered.waits_ms.append((time.perf_counter() - asked) * 1_000)

    await asyncio.gather(*(call(number) for number in range(callers)))
    answered.seconds = time.perf_counter() - began
    return answered
