"""What our processes with several threads ask of the interpreter they share."""

import sys

_SWITCH_S = 0.0005


def switch_threads_soon() -> None:
    """A thread that is busy gives the interpreter to another one within half a millisecond.

    Python's own 5 ms are too long for both: a recorder's batch would keep a packet waiting, and an
    act, which gives the interpreter away at each of its thirty statements, would wait as often for a
    page that is being put together.
    """
    sys.setswitchinterval(_SWITCH_S)
