"""The state of a taken call follows from its legs and its answers.

Whatever changed - a leg connected or went silent, a person answered, another came in - the act ends
with `settle`, which leads the call where it now belongs. So every road to a state is the same road.
"""

from casework.actions.steps.call_moves import move
from casework.actions.steps.interruption import charge, void_evidence
from casework.actions.steps.pending_decision import revert_decisions_of_call
from casework.model.call import RUNNING, CallState, LegState, Seat
from casework.model.call_session import CallSession
from casework.model.decision import RevertCause
from casework.policy.admission import needed
from casework.policy.interruption import Cost
from casework.store.tx import Tx
from casework.views.calls import legs_of, persons_of

_JOINED = RUNNING | {CallState.CONSENT}
_ON_ITS_WAY = frozenset({None, LegState.CONNECTING})


def settle(tx: Tx, call: CallSession) -> CallSession:
    """Leads a taken call to the state its legs and answers ask for; others stay as they are."""
    legs = {leg.seat: leg.state for leg in legs_of(tx.conn, call.id)}
    missing = {seat for seat in needed(call.profile) if legs.get(seat) is not LegState.CONNECTED}
    waits_for_answer = any(
        person.kind.answers_notice and person.answer is None
        for person in persons_of(tx.conn, call.id)
    )
    # Whoever has not agreed yet to be seen need not be there; her absence is none so far.
    coming = call.active_ms is None and legs.get(Seat.CITIZEN) in _ON_ITS_WAY
    if missing - ({Seat.CITIZEN} if coming else set()):
        return _interrupt(tx, call) if call.state in _JOINED else call
    if waits_for_answer:
        return _await_answer(tx, call)
    return call if missing else _run(tx, call)


def _await_answer(tx: Tx, call: CallSession) -> CallSession:
    if call.state in {CallState.CONNECTING, CallState.INTERRUPTED, CallState.ACTIVE}:
        call = move(tx, call, CallState.CONSENT, resume_to=None)
        tx.entry("desk.call.consent", f"call:{call.id}")
    return call


def _run(tx: Tx, call: CallSession) -> CallSession:
    match call.state:
        case CallState.CONNECTING | CallState.CONSENT:
            target, resumed = CallState.ACTIVE, call.active_ms is not None
        case CallState.INTERRUPTED:
            target, resumed = call.resume_to or CallState.ACTIVE, True
        case _:
            return call
    since = call.active_ms or tx.now_ms
    call = move(tx, call, target, active_ms=since, resume_to=None)
    tx.entry(f"desk.call.{target.value}", f"call:{call.id}", plain={"resumed": resumed})
    return call


def _interrupt(tx: Tx, call: CallSession) -> CallSession:
    """A needed leg dropped: what that costs is remembered with the state, and said on the chain."""
    cost, due = charge(tx, call)
    call = move(
        tx,
        call,
        CallState.INTERRUPTED,
        resume_to=CallState.HELD if call.state is CallState.HELD else CallState.ACTIVE,
        **due,
    )
    facts = {"policy": call.interruption.value, "asks": cost.value}
    tx.entry("desk.call.interrupted", f"call:{call.id}", plain=facts)
    if cost is Cost.RESTART:
        void_evidence(tx, call.id, tx.mono_ms)
    # A prepared decision does not survive the drop of a running call (domain.md §3.5).
    revert_decisions_of_call(tx, call.id, RevertCause.CALL_DROPPED)
    return call
