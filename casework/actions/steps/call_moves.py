"""How a call changes state."""

from sqlalchemy import update

from casework.actions.steps.intervals import begin_interval, end_interval
from casework.actions.steps.line_rows import sum_up_lines
from casework.actions.steps.marks import write_mark
from casework.model.call import (
    OVER,
    TRANSITIONS,
    CallState,
    EndReason,
    LegState,
    MarkKind,
    OfferOutcome,
    Seat,
)
from casework.model.call_session import CallSession, Offer
from casework.policy.call_refusals import CallStateForbids
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.calls import call_of, legs_of

Value = str | int | bool | None


def change_call(tx: Tx, call: CallSession, **values: Value) -> CallSession:
    """Writes columns of the call's row and its next version."""
    tx.conn.execute(
        update(s.call).where(s.call.c.id == call.id).values(**values, version=call.version + 1)
    )
    return call_of(tx.conn, call.id)


def move(tx: Tx, call: CallSession, state: CallState, **values: Value) -> CallSession:
    """Leads the call to `state` and begins that state's interval.

    Raises CallStateForbids for a step that `TRANSITIONS` does not know.
    """
    if state not in TRANSITIONS.get(call.state, frozenset()):
        raise CallStateForbids(state=call.state.value, to=state.value)
    moved = change_call(tx, call, state=state, since_ms=tx.now_ms, **values)
    if state in OVER:
        end_interval(tx, f"call:{call.id}")
    else:
        begin_interval(tx, f"call:{call.id}", state)
    return moved


def finish(tx: Tx, call: CallSession, state: CallState, reason: EndReason) -> CallSession:
    """Leads the call to a state from which nobody talks any more, and closes its legs.

    `wrap_up` counts as the end: the time in which a decision may still fall runs from here.
    """
    over = move(tx, call, state, ended_ms=tx.now_ms, end_reason=reason, resume_to=None)
    legs = legs_of(tx.conn, call.id)
    for leg in legs:
        if leg.state is not LegState.CLOSED:
            set_leg_state(tx, leg.id, LegState.CLOSED)
    sum_up_lines(tx, call.id, legs)
    return over


def set_leg_state(tx: Tx, leg_id: str, state: LegState) -> None:
    """A leg that is gone for a moment keeps what was admitted: nobody withdrew it, and a page that
    was told otherwise would stop sending just when its line is back.
    """
    values: dict[str, object] = {"state": state, "since_ms": tx.now_ms}
    if state is LegState.CLOSED:
        values["admitted"] = []
    tx.conn.execute(update(s.leg).where(s.leg.c.id == leg_id).values(**values))
    if state is LegState.CLOSED:
        end_interval(tx, f"leg:{leg_id}")
    else:
        begin_interval(tx, f"leg:{leg_id}", state)


def end_offer(tx: Tx, offer: Offer, outcome: OfferOutcome, reason: str | None = None) -> None:
    tx.conn.execute(
        update(s.call_offer)
        .where(s.call_offer.c.id == offer.id)
        .values(outcome=outcome, outcome_ms=tx.now_ms, reason=reason)
    )


def put_back(tx: Tx, call: CallSession) -> CallSession:
    """Nobody took the offer: to the head of the queue, or missed when the window was rung. Whoever
    sat down while it rang, and did not answer, has to go.
    """
    if call.queued_ms is None:
        return finish(tx, call, CallState.MISSED, EndReason.NOT_TAKEN)
    for leg in legs_of(tx.conn, call.id):
        if leg.seat is Seat.HALL and leg.state is not LegState.CLOSED:
            set_leg_state(tx, leg.id, LegState.CLOSED)
            write_mark(tx, call.id, MarkKind.LEFT, ref=leg.id)
            tx.entry("desk.leg.left", f"call:{call.id}", plain={"leg": leg.id})
    return move(tx, call, CallState.QUEUED, requeued=True)
