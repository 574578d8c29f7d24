"""The media worker saw a leg connect, go silent or close."""

from dataclasses import dataclass

from casework.actions.steps.call_moves import set_leg_state
from casework.actions.steps.marks import write_mark
from casework.actions.steps.publish import publishing
from casework.actions.steps.settle_call import settle
from casework.model.call import LegState, MarkKind
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store.tx import Tx
from casework.views.calls import call_of, leg_of

_SEEN = frozenset({LegState.CONNECTED, LegState.GONE, LegState.CLOSED})


@dataclass(frozen=True, slots=True)
class ReportLeg:
    """`incarnation` is the one the report is about; an older page's end is no news."""

    leg_id: str
    incarnation: int
    state: LegState


def report_leg(tx: Tx, command: ReportLeg) -> None:
    """Stores what the worker saw and leads the call where it now belongs.

    Raises NotFound, NotAllowed. Reports that come late or twice change nothing.
    """
    leg = leg_of(tx.conn, command.leg_id)
    call = call_of(tx.conn, leg.call_id)
    require(tx.actor, CallVerb.REPORT_LEG, call)
    late = leg.incarnation != command.incarnation or leg.state is LegState.CLOSED
    if late or command.state not in _SEEN or leg.state is command.state:
        return
    with publishing(tx, f"leg.{command.state.value}", f"call:{call.id}", moves_queue=False):
        set_leg_state(tx, leg.id, command.state)
        if command.state is not LegState.CONNECTED:
            write_mark(tx, call.id, MarkKind.GONE, ref=leg.id)
        tx.entry(
            f"desk.leg.{command.state.value}",
            f"call:{call.id}",
            plain={"leg": leg.id, "incarnation": leg.incarnation},
        )
        settle(tx, call)
