"""One direction of a bad line: decides of each datagram whether it arrives, and when."""

import random
from dataclasses import dataclass

Window = tuple[float, float]
"""From and until, in seconds since the line began."""

QUEUE_SECONDS = 0.2
"""What a line of limited rate holds back at most: a home router holds about as much."""


@dataclass(frozen=True, slots=True)
class Burst:
    """Gilbert-Elliott: with each datagram the line turns bad with probability `begins` and good
    again with `ends`; what meets a bad line is lost with probability `loss`.
    """

    begins: float
    ends: float
    loss: float = 1.0


@dataclass(frozen=True, slots=True)
class Conditions:
    """`loss` and `reorder` are shares of the datagrams; a reordered one is overtaken by all that
    come within `reorder_ms` of it. `jitter_ms` is the most that comes on top of `delay_ms`; it
    keeps the order, as a queue on the way does. `rate_kbps` 0 = no limit. Losses begin after `good_s` seconds.
    """

    loss: float = 0.0
    burst: Burst | None = None
    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    reorder: float = 0.0
    reorder_ms: float = 40.0
    rate_kbps: float = 0.0
    blackouts: tuple[Window, ...] = ()
    good_s: float = 0.0


class Line:
    """The same seed and the same datagrams at the same times meet the same fate."""

    def __init__(self, conditions: Conditions, seed: int, began_s: float) -> None:
        self._conditions = conditions
        self._dice = random.Random(seed)
        self._began_s = began_s
        self._bad = False
        self._free_s = began_s
        self._last_s = began_s
        self.taken = 0
        self.lost = 0
        self.dark = False
        """Set from outside: while it holds everything is lost, whatever the conditions say."""

    def arrival(self, now_s: float, size: int) -> float | None:
        """When a datagram of `size` bytes sent now arrives; None if it is lost."""
        self.taken += 1
        sent_s = None if self._is_lost(now_s) else self._through_the_queue(now_s, size)
        if sent_s is None:
            self.lost += 1
            return None
        on = self._conditions
        at = sent_s + (on.delay_ms + on.jitter_ms * self._dice.random()) / 1000
        if self._dice.random() < on.reorder:
            return at + on.reorder_ms / 1000
        self._last_s = max(self._last_s, at)
        return self._last_s

    def _is_lost(self, now_s: float) -> bool:
        on, since_s = self._conditions, now_s - self._began_s
        unlucky = self._dice.random() < on.loss
        if on.burst is not None:
            turns = on.burst.ends if self._bad else on.burst.begins
            self._bad ^= self._dice.random() < turns
            unlucky |= self._bad and self._dice.random() < on.burst.loss
        in_blackout = any(begin <= since_s < end for begin, end in on.blackouts)
        return self.dark or in_blackout or (unlucky and since_s >= on.good_s)

    def _through_the_queue(self, now_s: float, size: int) -> float | None:
        if not self._conditions.rate_kbps:
            return now_s
        begin_s = max(now_s, self._free_s)
        if begin_s - now_s > QUEUE_SECONDS:
            return None
        self._free_s = begin_s + size * 8 / (self._conditions.rate_kbps * 1000)
        return self._free_s
