"""Sending a schedule in real time: each publisher on its own clock, burst by burst."""

import asyncio
from collections.abc import Callable, Sequence

from bench.media.schedule import LOOP_NS, Burst

_GOLDEN = 0.618_033_988_749_895  # spreads any number of phases evenly


class Pacer:
    """One publisher's bursts. Publishers begin at different phases of the second, as people join
    at different times: bursts and keyframes that coincide would flatter a server that batches.
    """

    def __init__(
        self,
        publisher: int,
        bursts: Sequence[Burst],
        first: int,
        send_next: Callable[[str], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._bursts = bursts
        self._send_next = send_next
        self._next = first
        self._begin_s = self._loop.time() + publisher * _GOLDEN % 1.0 - self._at_s()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._timer = self._loop.call_at(self._begin_s + self._at_s(), self._send)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _at_s(self) -> float:
        loops, index = divmod(self._next, len(self._bursts))
        return (loops * LOOP_NS + self._bursts[index].at_ns) / 1e9

    def _send(self) -> None:
        burst = self._bursts[self._next % len(self._bursts)]
        for _ in range(burst.audio):
            self._send_next("audio")
        for _ in range(burst.video):
            self._send_next("video")
        self._next += 1
        self.start()
