"""Who sits at a window today: written by the outlet's lead 客服经理, for today or a day to come."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert

from casework.actions.steps.org_act import note
from casework.actions.steps.outlet_lead import own_window, today_of
from casework.actions.steps.staff_account import active_staff
from casework.actor import Role
from casework.errors import InvalidInput, NotFound
from casework.policy.organisation_refusals import NameTaken
from casework.store import schema_opening as s
from casework.store.tx import Tx
from casework.views.opening import seat_of
from casework.views.posts import posts_held


@dataclass(frozen=True, slots=True)
class SetRoster:
    """Without a person the window is empty that day."""

    origin: str
    window_id: str
    day: date
    staff_id: str | None


def set_roster(tx: Tx, command: SetRoster) -> None:
    """Raises NotAllowed, NotFound, AlreadyClosed, InvalidInput for a day that is over, NameTaken when
    the person has another window that day.
    """
    outlet_id = own_window(tx, command.window_id, leads_only=True)
    if command.day < today_of(tx):
        raise InvalidInput(field="day")
    if command.staff_id is not None:
        row = active_staff(tx, command.staff_id)
        held = posts_held(tx.conn, command.staff_id, tx.now_ms)
        if row.outlet_id != outlet_id or all(post.role is not Role.CLERK for post in held):
            raise NotFound("no such clerk at this outlet")
        seat = seat_of(tx.conn, command.staff_id, command.day)
        if seat is not None and seat != command.window_id:
            raise NameTaken(field="staff")
    table = s.roster
    this = (table.c.window_id == command.window_id) & (table.c.day == command.day)
    tx.conn.execute(delete(table).where(this))
    if command.staff_id is not None:
        tx.conn.execute(
            insert(table).values(
                window_id=command.window_id,
                day=command.day,
                staff_id=command.staff_id,
                set_by=tx.actor.id,
                set_ms=tx.now_ms,
            )
        )
    facts = {
        "window": command.window_id,
        "day": command.day.isoformat(),
        "staff": command.staff_id,
    }
    note(tx, command.origin, "outlet.roster_set", facts)
