"""The caller gives up before anybody talked: end, or go to desk review (转后台审核)."""

from dataclasses import dataclass

from casework.actions.steps.call_moves import end_offer, finish
from casework.actions.steps.publish import publishing
from casework.errors import InvalidInput
from casework.model.call import CallState, EndReason, OfferOutcome
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store.tx import Tx
from casework.views.calls import call_of, open_offers

_REASONS = frozenset({EndReason.CANCELLED, EndReason.TO_DESK_REVIEW})


@dataclass(frozen=True, slots=True)
class CancelCall:
    call_id: str
    reason: EndReason = EndReason.CANCELLED


def cancel_call(tx: Tx, command: CancelCall) -> None:
    """Raises NotFound, NotInThisCall, CallStateForbids, InvalidInput."""
    if command.reason not in _REASONS:
        raise InvalidInput("not a reason to cancel", field="reason")
    call = call_of(tx.conn, command.call_id)
    decision = require(tx.actor, CallVerb.CANCEL_CALL, call)
    offers = [offer for offer in open_offers(tx.conn) if offer.call_id == call.id]
    staff = {call.reviewer_id, *(offer.staff_id for offer in offers)} - {None}
    streams = (f"call:{call.id}", f"window:{call.window_id}", *(f"staff:{id_}" for id_ in staff))
    with publishing(tx, "call.cancelled", *streams):
        for offer in offers:
            end_offer(tx, offer, OfferOutcome.CANCELLED)
        finish(tx, call, CallState.ABANDONED, command.reason)
        tx.entry(
            "desk.call.cancelled",
            f"call:{call.id}",
            committed={"reason": command.reason.value},
            decision=decision,
        )
