"""Second phase of a decision: it is decided now, or not at all."""

from dataclasses import dataclass

from sqlalchemy import update

from audit.canonical import JsonValue
from casework.actions.steps.call_evidence import mark_running_calls, require_call_evidence
from casework.actions.steps.case_act import CaseAct, CaseChanged, begin, finish
from casework.actions.steps.pending_decision import pending_decision
from casework.catalogue.stored_item import sha256_of
from casework.model.call import MarkKind
from casework.model.case import CaseState, Outcome
from casework.model.decision import DecisionStatus, PendingDecision
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import DecisionExpired, DecisionStale, NoPendingDecision
from casework.store import schema_case as s
from casework.store.tx import Tx
from casework.views.sealed_values import sealed_fields

_STATE = {Outcome.APPROVED: CaseState.APPROVED, Outcome.REFUSED: CaseState.REFUSED}


@dataclass(frozen=True, slots=True)
class ConfirmDecision:
    case_id: str
    decision_id: str


def confirm_decision(tx: Tx, command: ConfirmDecision) -> CaseChanged:
    """Raises NoPendingDecision, DecisionExpired, DecisionStale, and for an approval again
    everything that the call must be: a recording that failed after the first phase stops it.
    """
    act = begin(tx, CaseVerb.CONFIRM_DECISION, command.case_id)
    if act.case.pending_decision_id != command.decision_id:
        raise NoPendingDecision
    pending = pending_decision(tx, act.case)
    if pending.expires_at_ms <= tx.now_ms:
        raise DecisionExpired
    if pending.case_version != act.case.version or pending.reviewer_id != tx.actor.id:
        raise DecisionStale
    facts = None
    if pending.outcome is Outcome.APPROVED:
        facts = require_call_evidence(act, pending.call_id)
    tx.conn.execute(
        update(s.case_decision)
        .where(s.case_decision.c.id == pending.id)
        .values(status=DecisionStatus.CONFIRMED, ended_at_ms=tx.now_ms)
    )
    mark_running_calls(act, MarkKind.DECISION, pending.id)
    return finish(
        act,
        "decision.confirmed",
        target=_STATE[pending.outcome],
        changes={
            "pending_decision_id": None,
            "pending_until_ms": None,
            "outcome": pending.outcome,
            "decided_by": tx.actor.id,
            "decided_at_ms": tx.now_ms,
        },
        seq_column="decision_seq",
        plain={
            "decision": pending.id,
            "call": pending.call_id,
            "call_required": act.item.call_required,
            "gap_limit_ms": act.item.gap_limit_s * 1000,
            "stream_heads": dict(facts.stream_heads) if facts else {},
        },
        committed=_said(act, pending),
        refs=_call_head(tx, pending.call_id),
    ).changed


def _said(act: CaseAct, pending: PendingDecision) -> dict[str, JsonValue]:
    """The decision entry says all of it itself: whoever holds it needs no other."""
    said = sealed_fields(act.tx.conn, act.tx.keys, act.case.chain, pending.entry_seq)
    return {**said, "item": act.item.id, "item_sha256": sha256_of(act.item)}


def _call_head(tx: Tx, call_id: str | None) -> dict[str, str]:
    if call_id is None:
        return {}
    chain = f"call:{call_id}"
    head = tx.head(chain)
    return {chain: head} if head else {}
