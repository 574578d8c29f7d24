"""Playing a call's recording is an act with a purpose, on the chain of the call."""

from dataclasses import dataclass

from casework.actions.view_case import MAX_PURPOSE, MIN_PURPOSE
from casework.actor import Role
from casework.errors import InvalidInput, NotAllowed
from casework.policy.policy_decision import PolicyDecision
from casework.policy.refusals import PurposeMissing
from casework.store.tx import Tx
from casework.views.calls import call_of, cases_of

_MAY_PLAY = frozenset({Role.AUDITOR, Role.DUTY_LEAD})


@dataclass(frozen=True, slots=True)
class ViewRecording:
    """`case_id` is the case from which the recording was opened; `purpose` is kept sealed."""

    call_id: str
    case_id: str
    purpose: str


@dataclass(frozen=True, slots=True)
class ViewedRecording:
    call_id: str
    entry_seq: int


def view_recording(tx: Tx, command: ViewRecording) -> ViewedRecording:
    """Raises NotFound, NotAllowed, InvalidInput when the case is not in the call, PurposeMissing."""
    call = call_of(tx.conn, command.call_id)
    if tx.actor.role not in _MAY_PLAY:
        raise NotAllowed(reason="role_may_not", verb="view_recording")
    if command.case_id not in cases_of(tx.conn, call.id):
        raise InvalidInput("the case is not in this call", field="case_id")
    purpose = command.purpose.strip()
    if not MIN_PURPOSE <= len(purpose) <= MAX_PURPOSE:
        raise PurposeMissing(least=MIN_PURPOSE, most=MAX_PURPOSE)
    entry = tx.entry(
        "desk.recording.viewed",
        f"call:{call.id}",
        plain={"case": command.case_id},
        committed={"purpose": purpose},
        decision=PolicyDecision(allow=True, reason="ok"),
    )
    return ViewedRecording(call.id, entry.seq)
