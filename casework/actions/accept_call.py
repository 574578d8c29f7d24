"""Whoever is rung takes the call (接听)."""

from dataclasses import dataclass

from casework.actions.steps.call_moves import end_offer, move
from casework.actions.steps.let_in import let_in
from casework.actions.steps.misses import forget_misses
from casework.actions.steps.persons import add_present, add_staff
from casework.actions.steps.publish import publishing
from casework.actions.steps.settle_call import settle
from casework.actions.take_case import TakeCase, take_case
from casework.actor import Role
from casework.model.call import CallKind, CallState, OfferOutcome, PersonKind
from casework.model.case import CaseState
from casework.policy.call_refusals import NotInThisCall, OfferOver
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store.case_rows import load_case
from casework.store.tx import Tx
from casework.views.calls import call_of, cases_of, legs_of, offer_of


@dataclass(frozen=True, slots=True)
class AcceptCall:
    """`present` is said by a clerk who is called from the hall, and by nobody else."""

    offer_id: str
    present: tuple[PersonKind, ...] = (PersonKind.CITIZEN,)


@dataclass(frozen=True, slots=True)
class CallAccepted:
    call_id: str


def accept_call(tx: Tx, command: AcceptCall) -> CallAccepted:
    """The call leaves the queue and connects; cases that wait for review are taken with it.

    Raises NotFound, NotInThisCall (rung is somebody else), OfferOver, CallStateForbids, and what
    `take_case` raises.
    """
    offer = offer_of(tx.conn, command.offer_id)
    if offer.staff_id != tx.actor.id:
        raise NotInThisCall(reason="not_rung")
    if offer.outcome is not None:
        raise OfferOver(outcome=offer.outcome.value)
    call = call_of(tx.conn, offer.call_id)
    decision = require(tx.actor, CallVerb.ACCEPT_CALL, call)
    streams = (f"call:{call.id}", f"staff:{tx.actor.id}", f"window:{call.window_id}")
    with publishing(tx, "call.accepted", *streams):
        end_offer(tx, offer, OfferOutcome.ACCEPTED)
        if tx.actor.role is Role.REVIEWER:
            forget_misses(tx, tx.actor.id)
            add_staff(tx, call.id, PersonKind.REVIEWER, tx.actor.id)
            taken = move(
                tx, call, CallState.CONNECTING, accepted_ms=tx.now_ms, reviewer_id=tx.actor.id
            )
            for case_id in cases_of(tx.conn, call.id) if call.kind is not CallKind.PRECHECK else ():
                if load_case(tx.conn, case_id).state is CaseState.ACCEPTED:
                    take_case(tx, TakeCase(case_id=case_id))
        else:
            add_staff(tx, call.id, PersonKind.CLERK, tx.actor.id)
            add_present(tx, call.id, command.present)
            taken = move(
                tx, call, CallState.CONNECTING, accepted_ms=tx.now_ms, clerk_id=tx.actor.id
            )
        tx.entry(
            "desk.call.accepted", f"call:{call.id}", plain={"offer": offer.id}, decision=decision
        )
        # All may sit there already, since it rang: then no leg will tell of it any more, and what
        # they have is let in at once.
        settled = settle(tx, taken)
        for leg in legs_of(tx.conn, call.id):
            let_in(tx, settled, leg)
    return CallAccepted(call.id)
