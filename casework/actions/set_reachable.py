"""The desk saw a member of staff's first page come, or the last one go."""

from dataclasses import dataclass

from sqlalchemy import update

from casework.actions.steps.publish import publishing
from casework.actor import Role
from casework.errors import NotAllowed
from casework.store import schema_call as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class SetReachable:
    """Nobody in particular (`staff_id` None) means everybody: the desk itself has just begun."""

    staff_id: str | None
    reachable: bool


def set_reachable(tx: Tx, command: SetReachable) -> None:
    """Offers go only to staff whose page is there, and the hall counts only those as free."""
    if tx.actor.role is not Role.SYSTEM:
        raise NotAllowed(reason="role_may_not")
    changing = s.presence.c.reachable != command.reachable
    if command.staff_id is not None:
        changing &= s.presence.c.staff_id == command.staff_id
    with publishing(tx, "staff.reachable"):
        tx.conn.execute(update(s.presence).where(changing).values(reachable=command.reachable))
