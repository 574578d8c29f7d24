"""After an interruption the reviewer confirms again who is there: name and one varied question."""

from dataclasses import dataclass

from casework.actions.steps.call_moves import change_call
from casework.actions.steps.marks import write_mark
from casework.actions.steps.publish import publishing
from casework.model.call import MarkKind
from casework.policy.call_refusals import RecheckNotDue
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store.tx import Tx
from casework.views.calls import call_of


@dataclass(frozen=True, slots=True)
class Recheck:
    call_id: str


def recheck(tx: Tx, command: Recheck) -> None:
    """Raises NotFound, NotAllowed, NotInThisCall, CallStateForbids, RecheckNotDue."""
    call = call_of(tx.conn, command.call_id)
    decision = require(tx.actor, CallVerb.RECHECK, call)
    if not call.recheck_due:
        raise RecheckNotDue
    with publishing(tx, "call.rechecked", f"call:{call.id}"):
        change_call(tx, call, recheck_due=False)
        mark = write_mark(tx, call.id, MarkKind.RECHECK)
        tx.entry("desk.call.rechecked", f"call:{call.id}", plain={"mark": mark}, decision=decision)
