"""Time as the kernel sees it: wall milliseconds for people, monotonic ones for intervals."""

import time
from typing import Protocol


class Clock(Protocol):
    """Both values are whole milliseconds, so that they fit canonical JSON (below 2^53)."""

    def wall_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z; may jump when the clock is set."""

    def mono_ms(self) -> int:
        """CLOCK_MONOTONIC, shared by all processes of the machine; never goes back."""


class SystemClock:
    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def mono_ms(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1_000_000


class ManualClock:
    """Stands still until it is moved; for tests and simulations."""

    def __init__(self, wall_ms: int = 1_760_000_000_000, mono_ms: int = 1_000_000) -> None:
        self._wall_ms = wall_ms
        self._mono_ms = mono_ms

    def wall_ms(self) -> int:
        return self._wall_ms

    def mono_ms(self) -> int:
        return self._mono_ms

    def advance(self, ms: int) -> None:
        self._wall_ms += ms
        self._mono_ms += ms

    def set_wall(self, wall_ms: int) -> None:
        """Sets the wall clock alone, as an administrator or NTP would."""
        self._wall_ms = wall_ms

    def restart(self) -> None:
        """The machine starts again: its monotonic clock begins anew, the wall clock goes on."""
        self._mono_ms = 1_000
