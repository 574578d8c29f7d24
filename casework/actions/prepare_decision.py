"""First phase of a decision: everything is said and checked, nothing is decided yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import insert

from audit.canonical import JsonValue
from casework.actions.steps.application import require_materials
from casework.actions.steps.call_evidence import call_of_case, require_call_evidence
from casework.actions.steps.case_act import CaseAct, begin, finish
from casework.calendar import day_of
from casework.errors import InvalidInput
from casework.ids import new_id
from casework.model.case import Outcome
from casework.model.decision import DecisionStatus, RefusalReason, Remedy
from casework.model.form_field import normalise_value
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import (
    ChangeValuesMissing,
    ReasonsMissing,
    TransactionNumberMissing,
)
from casework.store import schema_case as s
from casework.store.tx import Tx
from casework.views.sealed_values import prefixed

PENDING_MS = 120_000
MAX_TEXT = 1000
MAX_TRANSACTION_NUMBER = 64


@dataclass(frozen=True, slots=True)
class PrepareDecision:
    """`before` and `after` by code of the item's `changes`; `transaction_number` is the business
    system's. A refusal gives coded `reasons`, their `text` for the applicant, and the remedy.
    """

    case_id: str
    outcome: Outcome
    call_id: str | None = None
    transaction_number: str = ""
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[RefusalReason, ...] = ()
    text: str = ""
    remedy: Remedy | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class PreparedDecision:
    """To be confirmed before `expires_at_ms`, in the same call and with the case unchanged."""

    case_id: str
    decision_id: str
    version: int
    expires_at_ms: int


def prepare_decision(tx: Tx, command: PrepareDecision) -> PreparedDecision:
    """Raises what the outcome lacks; see `casework.policy.refusals` C-17 to C-26."""
    act = begin(tx, CaseVerb.PREPARE_DECISION, command.case_id, command.expected_version)
    if command.outcome is Outcome.APPROVED:
        said = _approval(act, command)
    else:
        said = _refusal(act, command)
    decision_id = new_id()
    expires_at_ms = tx.now_ms + PENDING_MS
    lease_until_ms = max(act.case.lease_until_ms or 0, expires_at_ms)
    done = finish(
        act,
        "desk.decision.prepared",
        changes={
            "pending_decision_id": decision_id,
            "pending_until_ms": expires_at_ms,
            "lease_until_ms": lease_until_ms,
        },
        plain={"decision": decision_id, "call": command.call_id, "expires_ms": expires_at_ms},
        committed={"outcome": command.outcome, **said},
    )
    tx.conn.execute(
        insert(s.case_decision).values(
            id=decision_id,
            case_id=act.case.id,
            outcome=command.outcome,
            reviewer_id=tx.actor.id,
            call_id=command.call_id,
            case_version=done.case.version,
            prepared_at_ms=tx.now_ms,
            expires_at_ms=expires_at_ms,
            status=DecisionStatus.PENDING,
            entry_seq=done.entry.seq,
        )
    )
    return PreparedDecision(act.case.id, decision_id, done.case.version, expires_at_ms)


def _approval(act: CaseAct, command: PrepareDecision) -> dict[str, JsonValue]:
    require_materials(act)
    require_call_evidence(act, command.call_id)
    number = command.transaction_number.strip()
    if len(number) > MAX_TRANSACTION_NUMBER or not number.isprintable():
        raise InvalidInput(field="transaction_number")
    if act.item.changing and not number:
        raise TransactionNumberMissing
    return {
        "transaction_number": number or None,
        **prefixed("before", _change_values(act, command.before)),
        **prefixed("after", _change_values(act, command.after)),
    }


def _change_values(act: CaseAct, values: Mapping[str, str]) -> dict[str, str]:
    """Every value that the business system changes, in stored form."""
    if values.keys() - {described.code for described in act.item.changes}:
        raise InvalidInput("no such value", field="changes")
    stored: dict[str, str] = {}
    for described in act.item.changes:
        try:
            stored[described.code] = normalise_value(
                described, values.get(described.code, ""), day_of(act.tx.now_ms)
            )
        except ValueError as wrong:
            raise InvalidInput(str(wrong), field=described.code) from wrong
    missing = [code for code, value in stored.items() if not value]
    if missing:
        raise ChangeValuesMissing(fields=missing)
    return stored


def _refusal(act: CaseAct, command: PrepareDecision) -> dict[str, JsonValue]:
    if command.call_id is not None:
        call_of_case(act, command.call_id)
    text = command.text.strip()
    if not command.reasons or not text or command.remedy is None:
        raise ReasonsMissing
    if len(text) > MAX_TEXT or len(set(command.reasons)) != len(command.reasons):
        raise InvalidInput(field="text")
    return {
        "reasons": [reason.value for reason in command.reasons],
        "text": text,
        "remedy": command.remedy,
    }
