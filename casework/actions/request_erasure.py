"""An administrator asks that the keys of a closed case be destroyed. Nothing is destroyed yet."""

from dataclasses import dataclass

from sqlalchemy import insert

from audit.canonical import JsonValue
from casework.actions.steps.case_act import begin, record
from casework.errors import InvalidInput
from casework.ids import new_id
from casework.model.erasure import (
    DEFAULT_WAIT_MS,
    MOST_WAIT_MS,
    REQUESTED,
    ErasureReason,
    ErasureStatus,
)
from casework.policy.case_verb import CaseVerb
from casework.policy.erasure_refusals import CallNotOver, ErasureOpen
from casework.store.erasure_rows import erasures_of, running_calls
from casework.store.schema_erasure import erasure
from casework.store.tx import Tx
from casework.views.calls import calls_of_case


@dataclass(frozen=True, slots=True)
class RequestErasure:
    """`wait_ms` is the time for second thoughts before somebody else may confirm."""

    case_id: str
    reason: ErasureReason
    wait_ms: int = DEFAULT_WAIT_MS


@dataclass(frozen=True, slots=True)
class ErasureRequested:
    erasure_id: str
    not_before_ms: int


def request_erasure(tx: Tx, command: RequestErasure) -> ErasureRequested:
    """Raises StateForbids while the case is open, ErasureOpen, CallNotOver, InvalidInput."""
    act = begin(tx, CaseVerb.REQUEST_ERASURE, command.case_id)
    if not 0 <= command.wait_ms <= MOST_WAIT_MS:
        raise InvalidInput(field="wait_ms")
    case_id = act.case.id
    if any(one.status is not ErasureStatus.WITHDRAWN for one in erasures_of(tx.conn, case_id)):
        raise ErasureOpen
    if running_calls(tx.conn, case_id):
        raise CallNotOver
    erasure_id, not_before_ms = new_id(), tx.now_ms + command.wait_ms
    facts: dict[str, JsonValue] = {"erasure": erasure_id, "not_before_ms": not_before_ms}
    # Once the key is gone the certificate alone tells it; its hash stands in the last entry.
    entry = record(act, REQUESTED, plain=facts, committed={"reason": command.reason})
    # Each chain tells by itself who had its key destroyed: a call may be in several packages.
    calls = [call.id for call in calls_of_case(tx.conn, case_id)]
    for call_id in calls:
        about = {**facts, "case": case_id}
        tx.entry(REQUESTED, f"call:{call_id}", plain=about, decision=act.decision)
    tx.conn.execute(
        insert(erasure).values(
            id=erasure_id,
            case_id=case_id,
            reason=command.reason,
            status=ErasureStatus.REQUESTED,
            requested_by=tx.actor.id,
            requested_at_ms=tx.now_ms,
            requested_seq=entry.seq,
            not_before_ms=not_before_ms,
            calls=calls,
        )
    )
    return ErasureRequested(erasure_id, not_before_ms)
