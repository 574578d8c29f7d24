"""The desk saw a member of staff's first page come, or the last one go."""

from dataclasses import dataclass

from sqlalchemy import insert, update

from casework.actions.steps.publish import publishing
from casework.actor import Actor, Role
from casework.errors import NotAllowed
from casework.model.call import Presence
from casework.store import schema_call as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class SetReachable:
    """`staff` None means everybody: the desk itself has just begun and has seen nobody yet."""

    staff: Actor | None
    reachable: bool


def set_reachable(tx: Tx, command: SetReachable) -> None:
    """Offers go only to staff whose page is there, and the hall counts only those as free.

    Whoever has declared nothing yet is off duty, but known to be there.
    """
    if tx.actor.role is not Role.SYSTEM:
        raise NotAllowed(reason="role_may_not")
    staff = command.staff
    with publishing(tx, "staff.reachable"):
        if staff is None:
            tx.conn.execute(update(s.presence).values(reachable=command.reachable))
        elif not _write(tx, staff, reachable=command.reachable):
            tx.conn.execute(
                insert(s.presence).values(
                    staff_id=staff.id,
                    role=staff.role,
                    outlet_id=staff.outlet,
                    window_id=staff.window,
                    state=Presence.OFF,
                    since_ms=tx.now_ms,
                    free_since_ms=tx.now_ms,
                    misses=0,
                    reachable=command.reachable,
                )
            )


def _write(tx: Tx, staff: Actor, *, reachable: bool) -> bool:
    done = tx.conn.execute(
        update(s.presence)
        .where(s.presence.c.staff_id == staff.id)
        .values(reachable=reachable, outlet_id=staff.outlet, window_id=staff.window)
    )
    return done.rowcount == 1
