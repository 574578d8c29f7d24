"""A case comes into a call: at its request, or while people talk (a consultation becomes a case)."""

from dataclasses import dataclass

from sqlalchemy import insert

from casework.actions.steps.call_moves import change_call
from casework.actions.steps.interruption import charge_later
from casework.actions.steps.publish import publishing
from casework.catalogue.stored_item import load_item
from casework.model.call import CallKind
from casework.policy.call_refusals import CaseNotCallable
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.policy.interruption import strictest
from casework.store import schema_call as s
from casework.store.case_rows import load_case
from casework.store.tx import Tx
from casework.views.calls import call_of, cases_of


@dataclass(frozen=True, slots=True)
class AttachCase:
    call_id: str
    case_id: str


def attach_case(tx: Tx, command: AttachCase) -> None:
    """Adds one of the window's cases to its running call; the strictest interruption rule holds.

    Raises NotFound, NotInThisCall, CallStateForbids, CaseNotCallable (another outlet's case, or any into a
    pre-check: it is about one draft).
    """
    call = call_of(tx.conn, command.call_id)
    decision = require(tx.actor, CallVerb.ATTACH_CASE, call)
    case = load_case(tx.conn, command.case_id)
    if case.outlet_id != call.outlet_id:
        raise CaseNotCallable(reason="other_outlet")
    if case.id in cases_of(tx.conn, call.id):
        return
    if call.kind is CallKind.PRECHECK:
        raise CaseNotCallable(reason="precheck")
    with publishing(tx, "call.case_attached", f"call:{call.id}"):
        put_case_into_call(tx, call.id, case.id, call.kind)
        item = load_item(tx.conn, case.item_version_id)
        policy = strictest(call.interruption, item.interruption)
        change_call(tx, call, interruption=policy, **charge_later(tx, call, policy))
        tx.entry(
            "desk.call.case_attached",
            f"call:{call.id}",
            committed={"case": case.id},
            decision=decision,
        )


def put_case_into_call(tx: Tx, call_id: str, case_id: str, kind: CallKind) -> None:
    """Links both and says so on the case's chain, so that no call of a case can be left out, and that
    nobody can take a pre-check for a call in which the case was decided.
    """
    tx.conn.execute(insert(s.call_case).values(call_id=call_id, case_id=case_id, from_ms=tx.now_ms))
    head = tx.head(f"call:{call_id}")
    tx.entry(
        "desk.case.called",
        f"case:{case_id}",
        plain={"call": call_id} | ({"precheck": True} if kind is CallKind.PRECHECK else {}),
        refs={} if head is None else {f"call:{call_id}": head},
    )
