"""The papers of a case as the window lists them."""

from dataclasses import dataclass

from sqlalchemy import Connection

from casework.model.case import Case
from casework.model.paper import SIZES, PaperKind, PaperSize
from casework.views.papers import printed_copies, round_due


@dataclass(frozen=True, slots=True)
class PaperShown:
    """`copies` were printed so far, of a notice those of its newest round; `printed_ms` is when the last was, None if none. `due` tells
    whether another may be printed now: a copy that was printed can be looked at for ever.
    """

    paper: PaperKind
    sizes: tuple[PaperSize, ...]
    copies: int
    printed_ms: int | None
    due: bool


def papers_shown(conn: Connection, case: Case) -> tuple[PaperShown, ...]:
    """Those that may be printed, and those that were."""
    printed = printed_copies(conn, case.id)
    shown = []
    for kind in PaperKind:
        due = round_due(conn, case, kind)
        copies = [one for one in printed if one.kind is kind and due in {None, one.round}]
        if due is not None or copies:
            count, last_ms = (copies[-1].count, copies[-1].last_ms) if copies else (0, None)
            shown.append(PaperShown(kind, SIZES[kind], count, last_ms, due is not None))
    return tuple(shown)
