"""A page sits down on its seat of the call; the newest page wins."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import insert, update

from casework.actions.steps.call_moves import set_leg_state
from casework.actions.steps.marks import write_mark
from casework.actions.steps.publish import publishing
from casework.actions.steps.settle_call import settle
from casework.actor import Role
from casework.errors import InvalidInput
from casework.ids import new_id
from casework.model.call import LegState, MarkKind, Seat
from casework.policy.admission import required, site_of, sources
from casework.policy.call_refusals import SeatNotYours
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.ports import TrackSource
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.calls import call_of, is_rung_by, legs_of

_SEAT_OF = {Role.CLERK: Seat.WINDOW, Role.CITIZEN: Seat.CITIZEN, Role.REVIEWER: Seat.HALL}


@dataclass(frozen=True, slots=True)
class JoinLeg:
    """`sent` are the sources the page has and will send."""

    call_id: str
    sent: tuple[TrackSource, ...]


@dataclass(frozen=True, slots=True)
class LegJoined:
    leg_id: str
    seat: Seat
    incarnation: int


def join_leg(tx: Tx, command: JoinLeg) -> LegJoined:
    """Gives the seat's leg, the same id after every reload; a page that sat there is put off.
    Whoever is rung sits down while it rings, so that little is left to connect when it is answered.

    A leg that was connected is not any more, so a reload in a running call interrupts it until the
    new page is connected. Raises NotFound, NotAllowed, NotInThisCall, CallStateForbids,
    InvalidInput (a source that this seat cannot send).
    """
    call = call_of(tx.conn, command.call_id)
    rung = is_rung_by(tx.conn, call.id, tx.actor.id)
    decision = require(tx.actor, CallVerb.JOIN_LEG, call, rung=rung)
    seat = _SEAT_OF.get(tx.actor.role)
    if seat is None:
        raise SeatNotYours
    _refuse_unknown(command.sent, sources(call.profile, seat))
    site = site_of(call.profile, seat)
    values = {
        "staff_id": None if seat is Seat.CITIZEN else tx.actor.id,
        "sent": sorted(set(command.sent)),
        "required": sorted(required(call.profile, seat, command.sent)),
        "admitted": [],
    }
    old = next((leg for leg in legs_of(tx.conn, call.id) if leg.seat is seat), None)
    with publishing(tx, "leg.joined", f"call:{call.id}", moves_queue=False):
        leg_id = old.id if old is not None else new_id()
        incarnation = old.incarnation + 1 if old is not None else 1
        if old is None:
            tx.conn.execute(
                insert(s.leg).values(
                    id=leg_id,
                    call_id=call.id,
                    seat=seat,
                    site=site,
                    state=LegState.CONNECTING,
                    since_ms=tx.now_ms,
                    incarnation=incarnation,
                    **values,
                )
            )
        else:
            tx.conn.execute(
                update(s.leg).where(s.leg.c.id == leg_id).values(incarnation=incarnation, **values)
            )
        set_leg_state(tx, leg_id, LegState.CONNECTING)
        write_mark(tx, call.id, MarkKind.JOINED, ref=leg_id)
        tx.entry(
            "desk.leg.joined",
            f"call:{call.id}",
            plain={"leg": leg_id, "seat": seat.value, "incarnation": incarnation},
            decision=decision,
        )
        settle(tx, call)
    return LegJoined(leg_id, seat, incarnation)


def _refuse_unknown(sent: Iterable[TrackSource], allowed: Iterable[TrackSource]) -> None:
    surplus = sorted(set(sent) - set(allowed))
    if surplus:
        raise InvalidInput("this seat cannot send it", field="sent", sources=list(surplus))
