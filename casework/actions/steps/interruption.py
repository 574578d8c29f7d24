"""Writes what an interruption of a call costs. Not an action itself: acts call it."""

from sqlalchemy import select

from casework.actions.steps.call_moves import Value
from casework.model.call import CallState, MarkKind
from casework.model.call_session import CallSession
from casework.model.interruption import InterruptionPolicy
from casework.policy.interruption import Cost, cost_of_interruption
from casework.store import schema_call as s
from casework.store.tx import Tx

VOIDED = "desk.call.evidence_voided"


def charge(tx: Tx, call: CallSession) -> tuple[Cost, dict[str, Value]]:
    """What the interruption that begins now costs, and the columns of the call that say so."""
    cost = cost_of_interruption(call.interruption, met=call.active_ms is not None)
    return cost, _columns(cost, tx.now_ms)


def void_evidence(tx: Tx, call_id: str, to_mono_ms: int) -> None:
    """Says on the call's chain that nothing recorded before that moment is evidence any more."""
    tx.entry(VOIDED, f"call:{call_id}", plain={"to_mono_ms": to_mono_ms})


def charge_later(tx: Tx, call: CallSession, policy: InterruptionPolicy) -> dict[str, Value]:
    """Columns of a call to which an item with a stricter policy comes after an interruption: it
    costs as much as if the item had been there, unless it was made good already.
    """
    began = tx.conn.execute(
        select(s.interval)
        .where(
            s.interval.c.subject == f"call:{call.id}", s.interval.c.state == CallState.INTERRUPTED
        )
        .order_by(s.interval.c.from_mono_ms.desc())
        .limit(1)
    ).one_or_none()
    if began is None or policy is call.interruption:
        return {}
    met = call.active_ms is not None and call.active_ms <= began.from_ms
    cost = cost_of_interruption(policy, met=met)
    if cost is Cost.RECHECK and _checked_since(tx, call.id, began.from_mono_ms):
        return {}
    if cost is Cost.RESTART:
        void_evidence(tx, call.id, began.from_mono_ms)
    return _columns(cost, began.from_ms)


def _columns(cost: Cost, began_ms: int) -> dict[str, Value]:
    match cost:
        case Cost.RECHECK:
            return {"recheck_due": True}
        case Cost.RESTART:
            return {"evidence_from_ms": began_ms}
        case Cost.NOTHING:
            return {}


def _checked_since(tx: Tx, call_id: str, mono_ms: int) -> bool:
    kinds = (MarkKind.IDENTITY, MarkKind.RECHECK)
    found = tx.conn.scalar(
        select(s.mark.c.id)
        .where(s.mark.c.call_id == call_id, s.mark.c.kind.in_(kinds), s.mark.c.mono_ms >= mono_ms)
        .limit(1)
    )
    return found is not None
