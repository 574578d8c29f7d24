"""A party ends the call, or it ends because it could not go on."""

from dataclasses import dataclass

from casework.actions.steps.call_moves import finish
from casework.actions.steps.pending_decision import revert_decisions_of_call
from casework.actions.steps.publish import publishing
from casework.actor import Role
from casework.errors import InvalidInput
from casework.model.call import CallState, EndReason
from casework.model.call_session import CallSession
from casework.model.decision import RevertCause
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store.tx import Tx
from casework.views.calls import call_of

_BY_PERSON = frozenset({EndReason.FINISHED, EndReason.WITHDRAWN, EndReason.TO_DESK_REVIEW})
_BY_DESK = frozenset({EndReason.NOT_CONNECTED, EndReason.NOT_RESUMED, EndReason.NO_WORKER})


@dataclass(frozen=True, slots=True)
class EndCall:
    call_id: str
    reason: EndReason = EndReason.FINISHED


def end_call(tx: Tx, command: EndCall) -> None:
    """Media stop here. A call in which the parties met goes to the reviewer's wrap-up.

    Ending in order leaves a prepared decision its time; an end by the desk reverts it. Whoever
    hangs up while the call is interrupted did not end it in order: it was not resumed.
    Raises NotFound, NotAllowed, NotInThisCall, CallStateForbids, InvalidInput.
    """
    call = call_of(tx.conn, command.call_id)
    decision = require(tx.actor, CallVerb.END_CALL, call)
    by_desk = tx.actor.role is Role.SYSTEM
    if command.reason not in (_BY_DESK if by_desk else _BY_PERSON):
        raise InvalidInput("not a reason to end a call", field="reason")
    reason = command.reason
    if reason is EndReason.FINISHED and call.state is CallState.INTERRUPTED:
        reason = EndReason.NOT_RESUMED
    streams = [f"call:{call.id}", f"window:{call.window_id}"]
    if call.reviewer_id is not None:
        streams.append(f"staff:{call.reviewer_id}")
    with publishing(tx, "call.ended", *streams):
        if by_desk:
            revert_decisions_of_call(tx, call.id, RevertCause.CALL_DROPPED)
        finish(tx, call, _target(call, by_desk=by_desk), reason)
        tx.entry(
            "desk.call.ended",
            f"call:{call.id}",
            committed={"reason": reason.value},
            decision=decision,
        )


def _target(call: CallSession, *, by_desk: bool) -> CallState:
    if call.active_ms is not None and call.state is not CallState.CONNECTING:
        return CallState.WRAP_UP
    if by_desk:
        return CallState.FAILED if call.state is not CallState.INTERRUPTED else CallState.ENDED
    return CallState.ENDED if call.state is not CallState.CONSENT else CallState.WRAP_UP
