"""The reviewer puts the call on hold, and takes it off: both sides stop seeing each other."""

from dataclasses import dataclass

from casework.actions.steps.call_moves import move
from casework.actions.steps.publish import publishing
from casework.actions.steps.settle_call import settle
from casework.model.call import CallState
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store.tx import Tx
from casework.views.calls import call_of


@dataclass(frozen=True, slots=True)
class Hold:
    """`on` False takes the call off hold."""

    call_id: str
    on: bool = True


def hold(tx: Tx, command: Hold) -> None:
    """The recording goes on. Raises NotFound, NotAllowed, NotInThisCall, CallStateForbids."""
    call = call_of(tx.conn, command.call_id)
    verb = CallVerb.HOLD if command.on else CallVerb.TAKE_OFF_HOLD
    decision = require(tx.actor, verb, call)
    kind = "held" if command.on else "taken_off_hold"
    with publishing(tx, f"call.{kind}", f"call:{call.id}"):
        call = move(tx, call, CallState.HELD if command.on else CallState.ACTIVE)
        tx.entry(f"desk.call.{kind}", f"call:{call.id}", decision=decision)
        settle(tx, call)
