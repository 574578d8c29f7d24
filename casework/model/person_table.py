"""The table of persons 人员名单 that a case is about, as an organisation hands it in for its people."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from casework.model.form_field import FieldKind, FormField, normalise_value

MAX_PERSONS = 300
"""The table is one entry of the log, and an entry has at most 64 KiB: 300 commitments take 25."""
MAX_VALUE = 200
PERSONS = "persons"
"""What a missing table, a fault of it and its list are called beside the codes of the form's fields."""

Row = Mapping[str, str]


class PersonFault(StrEnum):
    EMPTY = "empty"
    MALFORMED = "malformed"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class WrongValue:
    """`row` counts from 0."""

    row: int
    code: str
    fault: PersonFault


class WrongPersonsError(ValueError):
    """`values` are all that do not fit."""

    def __init__(self, values: Sequence[WrongValue]) -> None:
        super().__init__(f"{len(values)} values do not fit")
        self.values = tuple(values)


def normalise_persons(
    columns: Sequence[FormField], rows: Sequence[Row], today: dt.date
) -> tuple[dict[str, str], ...]:
    """The rows in stored form, by column code, without empty values. Nobody stands there twice: the
    first required identity number tells people apart. Raises WrongPersonsError.
    """
    wrong: list[WrongValue] = []
    stored: list[dict[str, str]] = []
    seen: set[str] = set()
    key = next((c.code for c in columns if c.required and c.kind is FieldKind.ID_NUMBER), None)
    for at, row in enumerate(rows):
        person: dict[str, str] = {}
        for column in columns:
            value, fault = _judged(column, row.get(column.code, ""), today)
            if fault is None and column.code == key and value in seen:
                fault = PersonFault.REPEATED
            if fault is not None:
                wrong.append(WrongValue(at, column.code, fault))
            elif value:
                person[column.code] = value
        seen.add(person.get(key or "", ""))
        stored.append(person)
    if wrong:
        raise WrongPersonsError(wrong)
    return tuple(stored)


def _judged(column: FormField, text: str, today: dt.date) -> tuple[str, PersonFault | None]:
    if len(text) > MAX_VALUE or "\n" in text.strip():
        return "", PersonFault.MALFORMED
    try:
        value = normalise_value(column, text, today)
    except ValueError:
        return "", PersonFault.MALFORMED
    return value, PersonFault.EMPTY if column.required and not value else None


def person_field(number: int, code: str = "") -> str:
    """What a person of the table (counted from 1), or one of her values, is called: `person.0012.phone`."""
    return f"person.{number:04d}" + (f".{code}" if code else "")
