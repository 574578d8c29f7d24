"""How often one key (an address, a staff number) may try: a bucket that refills steadily."""

from collections import OrderedDict
from math import ceil

from casework.clock import Clock
from portal.errors import TooManyTries

MAX_KEYS = 10_000
MINUTE_MS = 60_000


class Throttle:
    """Forgets the keys not seen for longest, so that a flood of keys cannot fill the memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, key: str, *, per_minute: int) -> None:
        """Takes one try of `per_minute`; raises TooManyTries when none is left."""
        now = self._clock.mono_ms()
        left, at = self._buckets.pop(key, (float(per_minute), now))
        left = min(float(per_minute), left + (now - at) * per_minute / MINUTE_MS)
        self._buckets[key] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > MAX_KEYS:
            self._buckets.popitem(last=False)
        if left < 1:
            raise TooManyTries(seconds=ceil((1 - left) * MINUTE_MS / per_minute / 1_000))
