"""Who takes part in a call."""

from collections.abc import Iterable

from sqlalchemy import insert

from casework.errors import InvalidInput, NotFound
from casework.ids import new_id
from casework.model.call import PersonKind
from casework.model.call_session import Person
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.calls import persons_of

MAX_PERSONS = 10
_STAFF = frozenset({PersonKind.CLERK, PersonKind.REVIEWER})


def add_staff(tx: Tx, call_id: str, kind: PersonKind, staff_id: str) -> str:
    """A member of staff takes part; once, however often asked. Returns the person's id."""
    for person in persons_of(tx.conn, call_id):
        if person.staff_id == staff_id:
            return person.id
    return _add(tx, call_id, kind, staff_id)


def add_present(tx: Tx, call_id: str, kinds: Iterable[PersonKind]) -> list[str]:
    """People at the counter besides the clerk. Raises InvalidInput for staff or too many."""
    wanted = list(kinds)
    if _STAFF & set(wanted):
        raise InvalidInput("staff sign in, they are not counted as present", field="present")
    if len(persons_of(tx.conn, call_id)) + len(wanted) > MAX_PERSONS:
        raise InvalidInput(f"at most {MAX_PERSONS} people in a call", field="present")
    return [_add(tx, call_id, kind, None) for kind in wanted]


def one_who_answers(tx: Tx, call_id: str, person_id: str) -> Person:
    """Raises NotFound for a stranger, InvalidInput for one who does not answer notices."""
    for person in persons_of(tx.conn, call_id):
        if person.id == person_id:
            if not person.kind.answers_notice:
                raise InvalidInput("this person does not answer a notice", field="person_id")
            return person
    raise NotFound("no such person in this call")


def _add(tx: Tx, call_id: str, kind: PersonKind, staff_id: str | None) -> str:
    person_id = new_id()
    tx.conn.execute(
        insert(s.call_person).values(
            id=person_id, call_id=call_id, kind=kind, staff_id=staff_id, since_ms=tx.now_ms
        )
    )
    return person_id
