"""The worker that carried the call is gone: every leg is silent until it is opened again."""

from dataclasses import dataclass

from casework.actions.steps.call_moves import set_leg_state
from casework.actions.steps.publish import publishing
from casework.actions.steps.settle_call import settle
from casework.model.call import WITH_MEDIA, LegState
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store.tx import Tx
from casework.views.calls import call_of, legs_of


@dataclass(frozen=True, slots=True)
class InterruptCall:
    call_id: str


def interrupt_call(tx: Tx, command: InterruptCall) -> None:
    """Raises NotFound, NotAllowed. A call without media stays as it is."""
    call = call_of(tx.conn, command.call_id)
    if call.state not in WITH_MEDIA:
        return
    require(tx.actor, CallVerb.INTERRUPT_CALL, call)
    with publishing(tx, "call.interrupted", f"call:{call.id}"):
        for leg in legs_of(tx.conn, call.id):
            if leg.state in {LegState.CONNECTED, LegState.CONNECTING}:
                set_leg_state(tx, leg.id, LegState.GONE)
        tx.entry("desk.call.worker_lost", f"call:{call.id}", plain={"epoch": call.epoch})
        settle(tx, call)
