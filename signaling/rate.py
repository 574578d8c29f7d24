"""How fast a page may speak: a bucket that refills steadily."""


class Bucket:
    """Holds `burst` messages and refills `per_second`. Times are seconds of one clock."""

    def __init__(self, per_second: float, burst: int, now: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left = float(burst)
        self._at = now

    def take(self, now: float) -> bool:
        """Takes one; False when none is left."""
        self._left = min(float(self._burst), self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
