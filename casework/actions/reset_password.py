"""An administrator gives a person a first password again; it holds until the next sign-in."""

from dataclasses import dataclass

from sqlalchemy import update

from casework.actions.steps.org_act import administer, note
from casework.actions.steps.staff_account import active_staff, close_sessions
from casework.errors import InvalidInput
from casework.policy.organisation_refusals import OwnAccount
from casework.store import schema_org as s
from casework.store.schema_session import sign_in_guard
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class ResetPassword:
    origin: str
    staff_id: str
    password_hash: str


def reset_password(tx: Tx, command: ResetPassword) -> None:
    """Unlocks the account as well. Raises NotAllowed, NotFound, AlreadyClosed, InvalidInput,
    OwnAccount: one's own is changed with the old one.
    """
    administer(tx)
    active_staff(tx, command.staff_id)
    if command.staff_id == tx.actor.id:
        raise OwnAccount
    if not command.password_hash:
        raise InvalidInput(field="password")
    tx.conn.execute(
        update(s.staff)
        .where(s.staff.c.id == command.staff_id)
        .values(password_hash=command.password_hash, password_to_change=True)
    )
    tx.conn.execute(
        update(sign_in_guard)
        .where(sign_in_guard.c.staff_id == command.staff_id)
        .values(failures=0, locked_until_ms=0)
    )
    note(tx, command.origin, "org.password_reset", {"staff": command.staff_id})
    close_sessions(tx, command.staff_id)
