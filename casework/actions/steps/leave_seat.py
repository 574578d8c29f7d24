"""A seat is left in order, by the page on it or because the page was sent away."""

from casework.actions.steps.call_moves import set_leg_state
from casework.actions.steps.marks import write_mark
from casework.actions.steps.publish import publishing
from casework.actions.steps.settle_call import settle
from casework.model.call import LegState, MarkKind, Seat
from casework.model.call_session import CallSession, Leg
from casework.policy.policy_decision import PolicyDecision
from casework.store.tx import Tx
from casework.views.calls import legs_of, open_call_of_window


def leave_seat(tx: Tx, call: CallSession, leg: Leg, decision: PolicyDecision) -> None:
    """Closes the leg; one that is closed stays as it is."""
    if leg.state is LegState.CLOSED:
        return
    with publishing(tx, "leg.left", f"call:{call.id}"):
        set_leg_state(tx, leg.id, LegState.CLOSED)
        write_mark(tx, call.id, MarkKind.LEFT, ref=leg.id)
        tx.entry("desk.leg.left", f"call:{call.id}", plain={"leg": leg.id}, decision=decision)
        settle(tx, call)


def leave_citizen_seat(tx: Tx, window_id: str) -> None:
    """A screen that is sent away sees and sends nothing more of the window's call."""
    call = open_call_of_window(tx.conn, window_id)
    if call is None:
        return
    for leg in legs_of(tx.conn, call.id):
        if leg.seat is Seat.CITIZEN:
            leave_seat(tx, call, leg, PolicyDecision(allow=True, reason="ok"))
