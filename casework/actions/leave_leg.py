"""A page leaves its seat in order: its absence is no fault."""

from dataclasses import dataclass

from casework.actions.steps.call_moves import set_leg_state
from casework.actions.steps.marks import write_mark
from casework.actions.steps.publish import publishing
from casework.actions.steps.settle_call import settle
from casework.actor import Role
from casework.model.call import LegState, MarkKind, Seat
from casework.policy.call_refusals import SeatNotYours
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store.tx import Tx
from casework.views.calls import call_of, leg_of

_SEAT_OF = {Role.CLERK: Seat.WINDOW, Role.CITIZEN: Seat.CITIZEN, Role.REVIEWER: Seat.HALL}


@dataclass(frozen=True, slots=True)
class LeaveLeg:
    leg_id: str


def leave_leg(tx: Tx, command: LeaveLeg) -> None:
    """Raises NotFound, NotInThisCall, SeatNotYours."""
    leg = leg_of(tx.conn, command.leg_id)
    call = call_of(tx.conn, leg.call_id)
    decision = require(tx.actor, CallVerb.LEAVE_LEG, call)
    if tx.actor.role is not Role.SYSTEM and _SEAT_OF.get(tx.actor.role) is not leg.seat:
        raise SeatNotYours
    if leg.state is LegState.CLOSED:
        return
    with publishing(tx, "leg.left", f"call:{call.id}"):
        set_leg_state(tx, leg.id, LegState.CLOSED)
        write_mark(tx, call.id, MarkKind.LEFT, ref=leg.id)
        tx.entry("desk.leg.left", f"call:{call.id}", plain={"leg": leg.id}, decision=decision)
        settle(tx, call)
