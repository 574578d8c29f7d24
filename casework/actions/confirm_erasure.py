"""Another administrator confirms: from here on the keys will be destroyed, whatever happens."""

from dataclasses import dataclass

from casework.actions.steps.case_act import begin, record
from casework.model.erasure import CONFIRMED, ErasureStatus
from casework.policy.case_verb import CaseVerb
from casework.policy.erasure_refusals import (
    CallNotOver,
    ErasureOver,
    ErasureTooEarly,
    SecondPersonNeeded,
)
from casework.store.erasure_rows import lock_erasure, running_calls, split_calls, update_erasure
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class ConfirmErasure:
    erasure_id: str


@dataclass(frozen=True, slots=True)
class ErasureConfirmed:
    """`calls` go with the case; `kept_calls` stay, because another case needs them."""

    erasure_id: str
    case_id: str
    calls: tuple[str, ...]
    kept_calls: tuple[str, ...]


def confirm_erasure(tx: Tx, command: ConfirmErasure) -> ErasureConfirmed:
    """Raises ErasureOver, SecondPersonNeeded, ErasureTooEarly, CallNotOver, NotFound."""
    asked = lock_erasure(tx.conn, command.erasure_id)
    act = begin(tx, CaseVerb.CONFIRM_ERASURE, asked.case_id)
    if asked.status is not ErasureStatus.REQUESTED:
        raise ErasureOver
    if tx.actor.id == asked.requested_by:
        raise SecondPersonNeeded
    if tx.now_ms < asked.not_before_ms:
        raise ErasureTooEarly(not_before_ms=asked.not_before_ms)
    if running_calls(tx.conn, asked.case_id):
        raise CallNotOver
    free, kept = split_calls(tx.conn, asked.case_id)
    calls = [call_id for call_id in free if call_id in asked.calls]
    facts = {"erasure": asked.id}
    entry = record(act, CONFIRMED, plain={**facts, "calls": calls})
    for call_id in calls:
        about = {**facts, "case": asked.case_id}
        tx.entry(CONFIRMED, f"call:{call_id}", plain=about, decision=act.decision)
    update_erasure(
        tx.conn,
        asked.id,
        status=ErasureStatus.CONFIRMED,
        confirmed_by=tx.actor.id,
        confirmed_at_ms=tx.now_ms,
        confirmed_seq=entry.seq,
        calls=calls,
    )
    return ErasureConfirmed(asked.id, asked.case_id, tuple(calls), tuple(kept))
