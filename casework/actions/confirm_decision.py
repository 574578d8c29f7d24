"""Second phase of a decision: it is decided now, or not at all."""

from dataclasses import dataclass, replace

from sqlalchemy import update

from casework.actions.steps.attestation import attestation
from casework.actions.steps.call_evidence import mark_running_calls, require_call_evidence
from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.pending_decision import pending_decision
from casework.model.actor_key import ActSignature, SigningRule
from casework.model.call import MarkKind
from casework.model.case import CaseState, Outcome
from casework.model.decision import DecisionStatus
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import DecisionExpired, DecisionStale, NoPendingDecision
from casework.policy.signing_refusals import AuthenticatorMissing, SignatureMissing
from casework.store import schema_case as s
from casework.store.tx import Tx
from casework.views.act_to_sign import CONFIRMED_TYPE, decision_said

_STATE = {Outcome.APPROVED: CaseState.APPROVED, Outcome.REFUSED: CaseState.REFUSED}


@dataclass(frozen=True, slots=True)
class ConfirmDecision:
    """`signature` is the reviewer's own; `rule` says whether there must be one, and of which kind."""

    case_id: str
    decision_id: str
    signature: ActSignature | None = None
    rule: SigningRule = SigningRule.OPTIONAL

    @property
    def meant(self) -> "ConfirmDecision":
        """A repetition may be signed anew."""
        return replace(self, signature=None)


def confirm_decision(tx: Tx, command: ConfirmDecision) -> CaseChanged:
    """Raises NoPendingDecision, DecisionExpired, DecisionStale, and for an approval again
    everything that the call must be: a recording that failed after the first phase stops it.
    Raises SignatureMissing, AuthenticatorMissing, and what `steps.attestation` refuses.
    """
    act = begin(tx, CaseVerb.CONFIRM_DECISION, command.case_id)
    if act.case.pending_decision_id != command.decision_id:
        raise NoPendingDecision
    pending = pending_decision(tx, act.case)
    if pending.expires_at_ms <= tx.now_ms:
        raise DecisionExpired
    if pending.case_version != act.case.version or pending.reviewer_id != tx.actor.id:
        raise DecisionStale
    if command.rule.must_sign and command.signature is None:
        raise SignatureMissing if command.rule is SigningRule.REQUIRED else AuthenticatorMissing
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
        CONFIRMED_TYPE,
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
        committed=decision_said(tx.conn, tx.keys, act.case, pending),
        refs=_call_head(tx, pending.call_id),
        attest=attestation(tx, command.signature, command.rule),
    ).changed


def _call_head(tx: Tx, call_id: str | None) -> dict[str, str]:
    if call_id is None:
        return {}
    chain = f"call:{call_id}"
    head = tx.head(chain)
    return {chain: head} if head else {}
