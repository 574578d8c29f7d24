"""The dispatcher rings somebody."""

from dataclasses import dataclass

from sqlalchemy import insert

from casework.actions.steps.call_moves import move
from casework.actions.steps.publish import publishing
from casework.errors import InvalidInput
from casework.ids import new_id
from casework.model.call import CallState, Direction
from casework.model.call_session import CallSession
from casework.policy.call_refusals import StaffBusy
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.policy.routing import RING_MS, choose
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.calls import call_of
from casework.views.hall import free_reviewers, queue


@dataclass(frozen=True, slots=True)
class OfferCall:
    call_id: str
    staff_id: str


@dataclass(frozen=True, slots=True)
class CallOffered:
    offer_id: str
    ends_ms: int


def offer_call(tx: Tx, command: OfferCall) -> CallOffered:
    """Offers a waiting call to the reviewer whom the routing rule names now.

    The rule is asked again inside the transaction: a choice made on older facts is refused with
    StaffBusy, and the dispatcher looks again. Raises NotFound, CallStateForbids.
    """
    call = call_of(tx.conn, command.call_id)
    require(tx.actor, CallVerb.OFFER_CALL, call)
    if call.direction is not Direction.TO_HALL:
        raise InvalidInput("only calls to the hall are dispatched", field="call_id")
    waiting = next((one for one in queue(tx.conn) if one.call_id == call.id), None)
    free = [one for one in free_reviewers(tx.conn, tx.now_ms) if one.staff_id == command.staff_id]
    if waiting is None or choose(waiting, free, tx.now_ms) is None:
        raise StaffBusy(reason="not_free")
    with publishing(tx, "call.offered", f"call:{call.id}", f"staff:{command.staff_id}"):
        return ring(tx, call, command.staff_id)


def ring(tx: Tx, call: CallSession, staff_id: str) -> CallOffered:
    """Makes the offer; the caller publishes it."""
    offer_id = new_id()
    ends_ms = tx.now_ms + RING_MS
    tx.conn.execute(
        insert(s.call_offer).values(
            id=offer_id,
            call_id=call.id,
            staff_id=staff_id,
            offered_ms=tx.now_ms,
            ends_ms=ends_ms,
        )
    )
    move(tx, call, CallState.OFFERED)
    tx.entry("desk.call.offered", f"call:{call.id}", plain={"offer": offer_id, "staff": staff_id})
    return CallOffered(offer_id, ends_ms)
