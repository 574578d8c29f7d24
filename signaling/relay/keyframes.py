"""Asking a publisher for keyframes without flooding it."""

import asyncio
import time
from collections.abc import Callable

SHORTEST_INTERVAL_NS = 500_000_000


class KeyframeThrottle:
    """Merges requests: the first goes out at once, later ones together when the interval ends
    (trailing edge). A keyframe that began after a request has answered it.
    """

    __slots__ = ("_interval_ns", "_last_ns", "_loop", "_send", "_timer", "last_keyframe_ns")

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        send: Callable[[], None],
        interval_ns: int = SHORTEST_INTERVAL_NS,
    ) -> None:
        self._loop = loop
        self._send = send
        self._interval_ns = interval_ns
        self._last_ns: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.last_keyframe_ns: int | None = None

    def request(self) -> None:
        if self._timer is not None:
            return
        now_ns = time.monotonic_ns()
        if self._last_ns is None or now_ns - self._last_ns >= self._interval_ns:
            self._ask(now_ns)
            return
        wait_ns = self._last_ns + self._interval_ns - now_ns
        self._timer = self._loop.call_later(wait_ns / 1e9, self._trailing_edge)

    def keyframe_began(self, now_ns: int) -> None:
        self.last_keyframe_ns = now_ns
        self.close()

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _trailing_edge(self) -> None:
        self._timer = None
        self._ask(time.monotonic_ns())

    def _ask(self, now_ns: int) -> None:
        self._last_ns = now_ns
        self._send()
