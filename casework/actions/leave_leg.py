"""A page leaves its seat in order: its absence is no fault."""

from dataclasses import dataclass

from casework.actions.steps.leave_seat import leave_seat
from casework.actor import Role
from casework.model.call import Seat
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
    leave_seat(tx, call, leg, decision)
