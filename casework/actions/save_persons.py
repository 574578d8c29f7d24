"""Takes over the table of persons of a case: the whole of it, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.mending import mend
from casework.calendar import day_of
from casework.errors import InvalidInput
from casework.model.person_table import (
    MAX_PERSONS,
    PERSONS,
    WrongPersonsError,
    normalise_persons,
    person_field,
)
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx
from casework.views.person_table import persons_of


@dataclass(frozen=True, slots=True)
class SavePersons:
    """`rows` by column code take the place of the table that was there."""

    case_id: str
    rows: tuple[Mapping[str, str], ...]
    expected_version: int | None = None


def save_persons(tx: Tx, command: SavePersons) -> CaseChanged:
    """A changed table takes the signature away. Raises InvalidInput for an item without a table, for none
    or too many rows, and for values that do not fit, named as `person.NUMBER.CODE`.
    """
    act = begin(tx, CaseVerb.SAVE_PERSONS, command.case_id, command.expected_version)
    if not act.item.persons:
        raise InvalidInput("the item has no table of persons", field=PERSONS)
    if not 1 <= len(command.rows) <= MAX_PERSONS:
        raise InvalidInput(f"1 to {MAX_PERSONS} persons", field=PERSONS)
    try:
        rows = normalise_persons(act.item.persons, command.rows, day_of(tx.now_ms))
    except WrongPersonsError as wrong:
        fields = [person_field(one.row + 1, one.code) for one in wrong.values]
        raise InvalidInput(field=fields[0], fields=fields) from wrong
    changed = rows != persons_of(tx.conn, tx.keys, act.case)
    mend(tx, act.case, PERSONS)
    return finish(
        act,
        "desk.case.persons_saved",
        changes={"application_digest": None, "signed_at_ms": None} if changed else {},
        seq_column="persons_seq",
        plain={"count": len(rows)},
        committed={person_field(at): dict(row) for at, row in enumerate(rows, start=1)},
    ).changed
