"""A person's name, employer or outlet changes; posts at the former outlet end with the move."""

from dataclasses import dataclass

from sqlalchemy import select, update

from casework.actions.add_staff import MAX_PERSON
from casework.actions.steps.org_act import administer, clean, note, open_row
from casework.actions.steps.staff_account import active_staff, close_sessions, end_posts
from casework.model.organisation import EmployerKind
from casework.policy.organisation_refusals import EmployerMayNot, OwnAccount
from casework.policy.posts import AT_OUTLETS, employer_allows
from casework.store import schema_org as s
from casework.store.tx import Tx
from casework.views.posts import posts_held


@dataclass(frozen=True, slots=True)
class ChangeStaff:
    origin: str
    staff_id: str
    name: str
    employer: str
    employer_kind: EmployerKind
    outlet_id: str | None = None


def change_staff(tx: Tx, command: ChangeStaff) -> None:
    """Number and login stay. Raises NotAllowed, NotFound, AlreadyClosed, InvalidInput, OwnAccount,
    EmployerMayNot when a post that the person holds is not for staff of that employer.
    """
    administer(tx)
    row = active_staff(tx, command.staff_id)
    if command.staff_id == tx.actor.id:
        raise OwnAccount
    name = clean(command.name, "name", MAX_PERSON)
    employer = clean(command.employer, "employer")
    moved = row.outlet_id != command.outlet_id
    held = posts_held(tx.conn, command.staff_id, tx.now_ms)
    staying = [post.role for post in held if not (moved and post.role in AT_OUTLETS)]
    if any(not employer_allows(command.employer_kind, role) for role in staying):
        raise EmployerMayNot
    if command.outlet_id is not None:
        open_row(tx, s.outlet, command.outlet_id)
    elif command.employer_kind is not EmployerKind.BUREAU:
        raise EmployerMayNot
    centre_id = tx.conn.scalar(select(s.centre.c.id).limit(1))
    tx.conn.execute(
        update(s.staff)
        .where(s.staff.c.id == command.staff_id)
        .values(
            name=name,
            employer=employer,
            employer_kind=command.employer_kind,
            outlet_id=command.outlet_id,
            centre_id=None if command.outlet_id else centre_id,
        )
    )
    facts = {"staff": command.staff_id, "outlet": command.outlet_id}
    note(tx, command.origin, "org.staff_changed", facts)
    if moved:
        end_posts(tx, command.origin, [post for post in held if post.role in AT_OUTLETS])
        # A clerk still seated at a window of the former outlet signs in anew.
        close_sessions(tx, command.staff_id)
