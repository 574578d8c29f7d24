"""The visit ends: served, without a case, or because the person has gone."""

from dataclasses import dataclass

from sqlalchemy import select

from casework.actions.steps.visit_act import VisitChanged, finish, locked_visit
from casework.model.visit import VisitEnd
from casework.store import schema_case as c
from casework.store.tx import Tx
from casework.views.visits import OF_A_VISIT


@dataclass(frozen=True, slots=True)
class EndVisit:
    """`left`: the person went away before she was served."""

    origin: str
    visit_id: str
    left: bool = False
    expected_version: int | None = None


def end_visit(tx: Tx, command: EndVisit) -> VisitChanged:
    """Its cases go on without it. Raises NotAllowed, NotFound, VisitOver, VisitTaken, VersionConflict."""
    visit = locked_visit(tx, command.visit_id, command.expected_version)
    if command.left:
        return finish(tx, command.origin, visit, VisitEnd.LEFT)
    of_it = select(c.cases.c.id).where(c.cases.c.visit_id == visit.id, OF_A_VISIT)
    served = tx.conn.scalar(of_it.limit(1))
    end = VisitEnd.WITHOUT_CASE if served is None else VisitEnd.SERVED
    return finish(tx, command.origin, visit, end)
