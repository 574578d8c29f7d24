"""Whoever is rung says: not now (暂不接), with a reason."""

from dataclasses import dataclass

from casework.actions.steps.call_moves import end_offer, put_back
from casework.actions.steps.misses import forget_misses
from casework.actions.steps.publish import publishing
from casework.model.call import DeclineReason, OfferOutcome
from casework.policy.call_refusals import NotInThisCall, OfferOver
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store.tx import Tx
from casework.views.calls import call_of, offer_of


@dataclass(frozen=True, slots=True)
class DeclineOffer:
    offer_id: str
    reason: DeclineReason


def decline_offer(tx: Tx, command: DeclineOffer) -> None:
    """The call goes back to the head of the queue; this is an answer, not a miss.

    Raises NotFound, NotInThisCall, OfferOver, CallStateForbids.
    """
    offer = offer_of(tx.conn, command.offer_id)
    if offer.staff_id != tx.actor.id:
        raise NotInThisCall(reason="not_rung")
    if offer.outcome is not None:
        raise OfferOver(outcome=offer.outcome.value)
    call = call_of(tx.conn, offer.call_id)
    decision = require(tx.actor, CallVerb.DECLINE_OFFER, call)
    streams = (f"call:{call.id}", f"staff:{tx.actor.id}", f"window:{call.window_id}")
    with publishing(tx, "call.declined", *streams):
        end_offer(tx, offer, OfferOutcome.DECLINED, command.reason)
        forget_misses(tx, tx.actor.id)
        put_back(tx, call)
        tx.entry(
            "desk.call.declined",
            f"call:{call.id}",
            plain={"offer": offer.id},
            committed={"reason": command.reason.value},
            decision=decision,
        )
