"""Nobody answered while it rang."""

from dataclasses import dataclass

from casework.actions.steps.call_moves import end_offer, put_back
from casework.actions.steps.misses import count_miss
from casework.actions.steps.publish import publishing, tell_if_hall_is_empty
from casework.model.call import OfferOutcome
from casework.policy.call_refusals import OfferOver
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.policy.routing import RING_MS
from casework.store.tx import Tx
from casework.views.calls import call_of, offer_of
from casework.views.state_began import began_ms


@dataclass(frozen=True, slots=True)
class MissOffer:
    offer_id: str


@dataclass(frozen=True, slots=True)
class OfferMissed:
    """`hall_empty`: the last reviewer on duty was set away, and the duty lead was told."""

    set_away: bool
    hall_empty: bool


def miss_offer(tx: Tx, command: MissOffer) -> OfferMissed:
    """The call goes back to the head of the queue; two misses running set away.

    Raises NotFound, OfferOver (answered or still ringing), CallStateForbids.
    """
    offer = offer_of(tx.conn, command.offer_id)
    began = began_ms(tx.conn, offer.call_id, offer.offered_ms, now_ms=tx.now_ms, mono_ms=tx.mono_ms)
    if offer.outcome is not None or began + RING_MS > tx.now_ms:
        raise OfferOver(outcome=offer.outcome.value if offer.outcome else "ringing")
    call = call_of(tx.conn, offer.call_id)
    decision = require(tx.actor, CallVerb.MISS_OFFER, call)
    streams = (f"call:{call.id}", f"staff:{offer.staff_id}", f"window:{call.window_id}")
    with publishing(tx, "call.missed", *streams):
        end_offer(tx, offer, OfferOutcome.MISSED)
        put_back(tx, call)
        away = count_miss(tx, offer.staff_id)
        tx.entry(
            "desk.call.missed",
            f"call:{call.id}",
            plain={"offer": offer.id, "set_away": away},
            decision=decision,
        )
    return OfferMissed(away, away and tell_if_hall_is_empty(tx))
