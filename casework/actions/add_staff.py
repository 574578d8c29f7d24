"""A person is put on the system, with a first password that holds until the first sign-in."""

from dataclasses import dataclass

from sqlalchemy import insert, or_, select

from casework.actions.steps.org_act import administer, clean, note, open_row
from casework.errors import InvalidInput
from casework.ids import new_id
from casework.model.organisation import EmployerKind
from casework.policy.organisation_refusals import EmployerMayNot, NameTaken
from casework.store import schema_org as s
from casework.store.tx import Tx

MAX_NUMBER = 20
MAX_PERSON = 60


@dataclass(frozen=True, slots=True)
class AddStaff:
    """`number` is on the badge, `login` may be typed instead of it; empty: the number. Without an
    outlet the person belongs to the centre. `password_hash` is made by whoever knows how.
    """

    origin: str
    number: str
    name: str
    employer: str
    employer_kind: EmployerKind
    password_hash: str
    login: str = ""
    outlet_id: str | None = None


@dataclass(frozen=True, slots=True)
class AddedStaff:
    id: str


def add_staff(tx: Tx, command: AddStaff) -> AddedStaff:
    """A number or login once used, by whomever, is not used again: entries and papers name it.

    Raises NotAllowed, InvalidInput, NameTaken, NotFound and AlreadyClosed for the outlet,
    EmployerMayNot for a bank's person without one.
    """
    administer(tx)
    number = clean(command.number, "number", MAX_NUMBER)
    login = clean(command.login or number, "login", MAX_PERSON)
    values = {
        "number": number,
        "login": login,
        "name": clean(command.name, "name", MAX_PERSON),
        "employer": clean(command.employer, "employer"),
        "employer_kind": command.employer_kind,
    }
    if not command.password_hash:
        raise InvalidInput(field="password")
    centre_id = tx.conn.scalar(select(s.centre.c.id).limit(1))
    if centre_id is None:
        raise InvalidInput("there is no centre yet", field="centre")
    if command.outlet_id is not None:
        open_row(tx, s.outlet, command.outlet_id)
    elif command.employer_kind is not EmployerKind.BUREAU:
        raise EmployerMayNot
    # Both names are typed into one field at the door: neither may be the other one's of a colleague.
    used = or_(s.staff.c.number.in_([number, login]), s.staff.c.login.in_([number, login]))
    taken = tx.conn.execute(select(s.staff.c.number, s.staff.c.login).where(used)).first()
    if taken is not None:
        raise NameTaken(field="number" if number in taken else "login")
    staff_id = new_id()
    tx.conn.execute(
        insert(s.staff).values(
            **values,
            id=staff_id,
            password_hash=command.password_hash,
            password_to_change=True,
            outlet_id=command.outlet_id,
            centre_id=None if command.outlet_id else centre_id,
            active=True,
        )
    )
    facts = {"staff": staff_id, "outlet": command.outlet_id}
    note(tx, command.origin, "org.staff_added", facts)
    return AddedStaff(staff_id)
