"""How long what has arrived waits for more: most of a packet's cost is waking up."""

import time

HOLD_SECONDS = 0.0019
"""With the 50 us that the kernel may add (prctl(2), PR_SET_TIMERSLACK), below 2 ms."""
_HOLD_NS = round(HOLD_SECONDS * 1_000_000_000)


class Hold:
    """What all sockets of one worker wait through together.

    The loop sleeps in the call itself. A timer of the loop would cost a second turn of it and two
    changes of what it watches for each hold, more than waiting saves, and it counts whole
    milliseconds. Everything else on the loop may be late by one hold; other threads run meanwhile.
    """

    __slots__ = ("_ended_ns", "_waited_for")

    def __init__(self) -> None:
        self._waited_for: object = None
        self._ended_ns = 0

    def wait(self, socket: object) -> int:
        """Lets one hold pass and returns the monotonic time in ns.

        What arrived at a second socket has waited through the first one's hold already: no packet
        waits through two.
        """
        now_ns = time.monotonic_ns()
        if self._waited_for is not socket and now_ns - self._ended_ns < _HOLD_NS:
            return now_ns
        time.sleep(HOLD_SECONDS)
        self._waited_for = socket
        self._ended_ns = time.monotonic_ns()
        return self._ended_ns
