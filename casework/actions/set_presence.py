"""A member of staff goes on duty, away or home (在岗 / 离岗 / 下班); free again is one key."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from casework.actions.steps.call_moves import end_offer, put_back
from casework.actions.steps.intervals import begin_interval, end_interval
from casework.actions.steps.publish import publishing, tell_if_hall_is_empty
from casework.actor import Role
from casework.errors import InvalidInput, NotAllowed
from casework.model.call import AwayReason, OfferOutcome, Presence
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.calls import call_of, open_offers

_STAFF = frozenset({Role.CLERK, Role.REVIEWER})


@dataclass(frozen=True, slots=True)
class SetPresence:
    """`reason` is given exactly with `away`."""

    state: Presence
    reason: AwayReason | None = None


@dataclass(frozen=True, slots=True)
class PresenceSet:
    state: Presence
    reason: AwayReason | None
    since_ms: int


def set_presence(tx: Tx, command: SetPresence) -> PresenceSet:
    """Declares the actor's own presence; whoever is being rung hands the offer back first.

    Raises InvalidInput (a reason without `away`, or `away` without one), NotAllowed.
    """
    if tx.actor.role not in _STAFF:
        raise NotAllowed(reason="role_may_not")
    if (command.reason is not None) != (command.state is Presence.AWAY):
        raise InvalidInput("a reason goes with away and with nothing else", field="reason")
    offers = [offer for offer in open_offers(tx.conn) if offer.staff_id == tx.actor.id]
    streams = [f"staff:{tx.actor.id}", *(f"call:{offer.call_id}" for offer in offers)]
    with publishing(tx, "staff.presence", *streams):
        if command.state is not Presence.FREE:
            for offer in offers:
                end_offer(tx, offer, OfferOutcome.DECLINED, "went_away")
                put_back(tx, call_of(tx.conn, offer.call_id))
        write_presence(tx, tx.actor.id, command.state, command.reason)
    if tx.actor.role is Role.REVIEWER and command.state is not Presence.FREE:
        tell_if_hall_is_empty(tx)
    return PresenceSet(command.state, command.reason, tx.now_ms)


def write_presence(tx: Tx, staff_id: str, state: Presence, reason: AwayReason | None) -> None:
    """Stores what was declared, or what two missed calls declared for somebody.

    Coming back begins a new idle time; a change of the reason alone does not.
    """
    old = tx.conn.execute(select(s.presence).where(s.presence.c.staff_id == staff_id)).one_or_none()
    values: dict[str, object] = {"state": state, "reason": reason, "since_ms": tx.now_ms}
    if state is Presence.FREE:
        values["misses"] = 0
        if old is None or old.state != Presence.FREE:
            values["free_since_ms"] = tx.now_ms
    if old is None:
        tx.conn.execute(
            insert(s.presence).values(
                staff_id=staff_id,
                role=tx.actor.role,
                outlet_id=tx.actor.outlet,
                window_id=tx.actor.window,
                **{"free_since_ms": tx.now_ms, "misses": 0, "reachable": False, **values},
            )
        )
    else:
        if staff_id == tx.actor.id:
            values |= {"outlet_id": tx.actor.outlet, "window_id": tx.actor.window}
        tx.conn.execute(
            update(s.presence).where(s.presence.c.staff_id == staff_id).values(**values)
        )
    if state is Presence.OFF:
        end_interval(tx, f"staff:{staff_id}")
    else:
        begin_interval(tx, f"staff:{staff_id}", state, reason)
