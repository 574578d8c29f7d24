"""到访: somebody has come to the outlet, and gets the day's next number."""

from dataclasses import dataclass

from casework.actions.steps.org_act import note
from casework.actions.steps.visit_act import (
    VisitChanged,
    end_earlier_days,
    own_outlet,
    own_window,
    told,
)
from casework.calendar import day_of
from casework.ids import new_id
from casework.model.case import Priority
from casework.model.visit import Visit, VisitStep, visit_number
from casework.policy.visit_refusals import WindowServes
from casework.store.tx import Tx
from casework.store.visit_rows import insert_visit, lock_visit_at, start_step


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """`here`: at the window of the clerk who opens it, without being called."""

    origin: str
    priority: Priority | None = None
    here: bool = False


def open_visit(tx: Tx, command: OpenVisit) -> VisitChanged:
    """Begins with 引导, at a window with 办理. Raises NotAllowed, WindowServes."""
    outlet = own_outlet(tx)
    window = own_window(tx) if command.here else None
    end_earlier_days(tx, command.origin, outlet)
    standing = lock_visit_at(tx.conn, window) if window else None
    if standing is not None:
        raise WindowServes(number=standing.number)
    today = day_of(tx.now_ms)
    visit = Visit(
        id=new_id(),
        outlet_id=outlet,
        day=today,
        number=visit_number(tx.next_serial(f"visit-number:{outlet}:{today:%Y%m%d}")),
        opened_ms=tx.now_ms,
        opened_by=tx.actor.id,
        version=1,
        priority=command.priority,
        window_id=window,
    )
    step = VisitStep.HANDLE if window else VisitStep.GUIDE
    insert_visit(tx.conn, visit)
    start_step(tx.conn, visit, step, tx.actor.id, tx.now_ms)
    facts = {"visit": visit.id, "outlet": outlet, "step": step.value}
    note(tx, command.origin, "visit.opened", facts | ({"window": window} if window else {}))
    return told(tx, "visit.opened", visit, step)
