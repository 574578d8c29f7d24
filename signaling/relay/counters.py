"""Counters of the relay, and the log of faults in packet handlers."""

import time
from collections import Counter

import structlog

_log = structlog.get_logger(component="relay")
_LOG_INTERVAL_NS = 10_000_000_000


class Counters(Counter[str]):
    """Names are stable: they become metrics of the worker.

    A fault is an exception no handler should have raised. It never ends a leg or the loop; it is
    counted as `fault.PLACE` and logged at most once in ten seconds per place.
    """

    def __init__(self) -> None:
        super().__init__()
        self._logged_ns: dict[str, int] = {}

    def fault(self, place: str) -> None:
        """Call inside an except block: the log takes the exception from there."""
        self[f"fault.{place}"] += 1
        now_ns = time.monotonic_ns()
        if now_ns - self._logged_ns.get(place, -_LOG_INTERVAL_NS) >= _LOG_INTERVAL_NS:
            self._logged_ns[place] = now_ns
            _log.exception("fault in a packet handler", place=place, count=self[f"fault.{place}"])
