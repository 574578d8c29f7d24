"""A person leaves: posts and certificates end, every door is shut, what was done stays attributed."""

from dataclasses import dataclass

from sqlalchemy import update

from casework.actions.steps.org_act import administer, note
from casework.actions.steps.staff_account import active_staff, close_sessions, end_posts
from casework.policy.organisation_refusals import OwnAccount
from casework.store import schema_org as s
from casework.store.tx import Tx
from casework.views.grants import in_force
from casework.views.posts import posts_held


@dataclass(frozen=True, slots=True)
class CloseStaff:
    origin: str
    staff_id: str


def close_staff(tx: Tx, command: CloseStaff) -> None:
    """Raises NotAllowed, NotFound, AlreadyClosed, OwnAccount, LastAdministrator."""
    administer(tx)
    active_staff(tx, command.staff_id)
    if command.staff_id == tx.actor.id:
        raise OwnAccount
    tx.conn.execute(update(s.staff).where(s.staff.c.id == command.staff_id).values(active=False))
    end_posts(tx, command.origin, posts_held(tx.conn, command.staff_id, tx.now_ms))
    table = s.certificate
    tx.conn.execute(
        update(table)
        .where(table.c.staff_id == command.staff_id, in_force(table, tx.now_ms))
        .values(until_ms=tx.now_ms)
    )
    note(tx, command.origin, "org.staff_closed", {"staff": command.staff_id})
    close_sessions(tx, command.staff_id)
