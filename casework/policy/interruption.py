"""What counts as an interruption of a call, and what it costs (domain.md §3.5). It is said here alone.

A running call is interrupted while a leg that it needs (`admission.needed`) is not connected,
however it went: nothing authentic was heard of it for 3 s (`signaling.relay.presence`), its page was
loaded again, left or was put off by a newer one, or the worker that carried it died. It goes on by
itself when all needed legs are back, for `REJOIN_WINDOW_S` at most. A silence that is shorter than
that, or of a leg that is not needed, is a line of the gap ledger and no interruption.
"""

from enum import StrEnum

from casework.model.interruption import InterruptionPolicy

REJOIN_WINDOW_S = 600
"""Unless the node's settings say otherwise."""


class Cost(StrEnum):
    """What has to be done before an approval may stand on the call.

    `recheck`: the reviewer confirms the name and one varied question; what was said before stands.
    `restart`: what was recorded before is no evidence; notice, identity and declaration are redone.
    """

    NOTHING = "nothing"
    RECHECK = "recheck"
    RESTART = "restart"


_COSTS = {
    InterruptionPolicy.RESUME: Cost.NOTHING,
    InterruptionPolicy.RESUME_WITH_RECHECK: Cost.RECHECK,
    InterruptionPolicy.RESTART: Cost.RESTART,
}


def cost_of_interruption(policy: InterruptionPolicy, *, met: bool) -> Cost:
    """`met`: the parties had been joined. Before that nothing was said that could be lost."""
    return _COSTS[policy] if met else Cost.NOTHING


def strictest(one: InterruptionPolicy, other: InterruptionPolicy) -> InterruptionPolicy:
    """The policy of a call with items of both."""
    return max(one, other, key=list(InterruptionPolicy).index)
