"""Ending a prepared decision that is not confirmed. Not an action itself: acts call it."""

from sqlalchemy import select, update

from casework.model.case import Case
from casework.model.decision import DecisionStatus, PendingDecision, RevertCause
from casework.model.merge_patch import merge_diff
from casework.policy.policy_decision import PolicyDecision
from casework.policy.refusals import NoPendingDecision
from casework.store import schema_case as s
from casework.store.case_rows import load_case, update_case
from casework.store.tx import Tx
from casework.views.case_snapshot import snapshot_of
from casework.views.pending import pending_of


def pending_decision(tx: Tx, case: Case) -> PendingDecision:
    """The decision that waits for confirmation, run out or not; raises NoPendingDecision."""
    pending = pending_of(tx.conn, case)
    if pending is None:
        raise NoPendingDecision
    return pending


def revert_pending(
    tx: Tx, case: Case, cause: RevertCause, decision: PolicyDecision | None = None
) -> Case:
    """Reverts the prepared decision: the case is in review as before. Returns the case."""
    pending = pending_decision(tx, case)
    tx.entry(
        "desk.decision.reverted",
        case.chain,
        plain={"decision": pending.id},
        committed={"cause": cause},
        decision=decision,
    )
    tx.conn.execute(
        update(s.case_decision)
        .where(s.case_decision.c.id == pending.id)
        .values(status=DecisionStatus.REVERTED, ended_at_ms=tx.now_ms, revert_cause=cause)
    )
    after = update_case(tx.conn, case, {"pending_decision_id": None, "pending_until_ms": None})
    patch = merge_diff(snapshot_of(tx.conn, case), snapshot_of(tx.conn, after))
    tx.emit(case.chain, "decision.reverted", patch)
    return after


def revert_decisions_of_call(tx: Tx, call_id: str, cause: RevertCause) -> list[str]:
    """Reverts every decision prepared in this call, as a dropped call must; ids of its cases."""
    case_ids = tx.conn.scalars(
        select(s.case_decision.c.case_id).where(
            s.case_decision.c.call_id == call_id,
            s.case_decision.c.status == DecisionStatus.PENDING,
        )
    ).all()
    for case_id in case_ids:
        revert_pending(tx, load_case(tx.conn, case_id), cause)
    return list(case_ids)
