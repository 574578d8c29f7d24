"""Who hears and sees whom, as data."""

from collections.abc import Iterable

from casework.ports import TrackKind
from signaling.relay.spec import Route


class ForwardingMatrix:
    """Cells (source leg, to leg, kind). The default is to forward; two rules stand above every
    cell: nothing returns to its own leg, and audio never passes within a site (echo, howling).
    Hold, listen and whisper are cells.
    """

    __slots__ = ("_cells",)

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str, TrackKind], bool] = {}

    def replace(self, routes: Iterable[Route]) -> None:
        """Later cells win over earlier ones for the same place."""
        self._cells = {(r.source_leg, r.to_leg, r.kind): r.forward for r in routes}

    def allows(
        self, source_leg: str, source_site: str, to_leg: str, to_site: str, kind: TrackKind
    ) -> bool:
        if source_leg == to_leg:
            return False
        if kind is TrackKind.AUDIO and source_site == to_site:
            return False
        return self._cells.get((source_leg, to_leg, kind), True)
