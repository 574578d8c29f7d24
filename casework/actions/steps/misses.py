"""Offers missed in a row: after two the reviewer is set away (domain.md, first box)."""

from sqlalchemy import select, update

from casework.actions.set_presence import write_presence
from casework.model.call import AwayReason, Presence
from casework.policy.routing import MISSES_UNTIL_AWAY
from casework.store import schema_call as s
from casework.store.tx import Tx


def forget_misses(tx: Tx, staff_id: str) -> None:
    tx.conn.execute(update(s.presence).where(s.presence.c.staff_id == staff_id).values(misses=0))


def count_miss(tx: Tx, staff_id: str) -> bool:
    """One more missed offer; returns whether it set the person away."""
    here = s.presence.c.staff_id == staff_id
    tx.conn.execute(update(s.presence).where(here).values(misses=s.presence.c.misses + 1))
    row = tx.conn.execute(select(s.presence.c.misses, s.presence.c.state).where(here)).one_or_none()
    if row is None or row.state != Presence.FREE or row.misses < MISSES_UNTIL_AWAY:
        return False
    write_presence(tx, staff_id, Presence.AWAY, AwayReason.MISSED_CALLS)
    return True
