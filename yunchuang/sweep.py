"""Memory of legs that are closed: taken back soon, not when Python would think of it.

A closed leg is a knot of some hundred objects that hold rings of packets and OpenSSL's state, a
megabyte and more that Python's collector does not see: it counts objects, and would let thousands
of legs pile up. Looking through the objects of twenty rooms takes milliseconds (what was loaded at
the start is frozen), so it is done when legs were closed, and seldom.
"""

import asyncio
import gc

AFTER_S = 5.0


class Sweep:
    """Belongs to the loop on which `soon` is called."""

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None

    def soon(self) -> None:
        """Something was closed; what else is closed meanwhile goes along."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(AFTER_S, self._sweep)

    def _sweep(self) -> None:
        self._timer = None
        gc.collect()
