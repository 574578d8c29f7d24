"""How the legs of a worker fared while no desk listened.

An interruption costs the same whether a desk was there to see it (policy/interruption.py): so a leg
that went and came back meanwhile is told as gone and as connected, when a desk is there again. It
lives as long as the worker: a desk that finds another worker knows that every leg was away.
"""

from casework.worker_link.messages import LegState

_AWAY = frozenset({"gone", "closed"})


class MissedLegs:
    """Of each leg its newest state, and before it the last in which it was away: two at most."""

    def __init__(self) -> None:
        self._states: dict[tuple[str, str], tuple[LegState, ...]] = {}

    def note(self, event: LegState) -> None:
        leg = event.call, event.leg
        away = [one for one in self._states.get(leg, ()) if one.state in _AWAY][-1:]
        self._states[leg] = (event,) if event.state in _AWAY else (*away, event)

    def told(self) -> tuple[LegState, ...]:
        """In the order of what happened to each leg; they stay until `clear`."""
        return tuple(event for states in self._states.values() for event in states)

    def clear(self) -> None:
        self._states.clear()
