"""The table of persons of a case, opened, and as pages show it: numbers and names masked."""

from dataclasses import dataclass

from sqlalchemy import Connection

from casework.catalogue.item import ItemVersion
from casework.keys.key_ring import KeyRing
from casework.model.case import Case
from casework.model.form_field import FieldKind
from casework.model.masking import mask_value
from casework.model.person_table import person_field
from casework.views.sealed_values import sealed_fields


@dataclass(frozen=True, slots=True)
class PersonColumn:
    code: str
    label: str
    kind: FieldKind


@dataclass(frozen=True, slots=True)
class PersonValue:
    """`reveal` is what `reveal_field` takes, empty where nothing is hidden."""

    shown: str
    reveal: str


@dataclass(frozen=True, slots=True)
class PersonTable:
    """`rows` have a value for each of `columns`."""

    columns: tuple[PersonColumn, ...]
    rows: tuple[tuple[PersonValue, ...], ...]


def persons_of(conn: Connection, keys: KeyRing, case: Case) -> tuple[dict[str, str], ...]:
    """The rows by column code, in the order of the workbook. Raises KeyDestroyed."""
    if case.persons_seq is None:
        return ()
    sealed = sealed_fields(conn, keys, case.chain, case.persons_seq)
    return tuple(
        {str(code): str(value) for code, value in row.items()}
        for _field, row in sorted(sealed.items())
        if isinstance(row, dict)
    )


def person_table(
    conn: Connection, keys: KeyRing, case: Case, item: ItemVersion
) -> PersonTable | None:
    """None where the item has no table of persons. Raises KeyDestroyed."""
    if not item.persons:
        return None
    columns = tuple(PersonColumn(one.code, one.label, one.kind) for one in item.persons)
    return PersonTable(
        columns,
        tuple(
            tuple(_value(column, row.get(column.code, ""), number) for column in columns)
            for number, row in enumerate(persons_of(conn, keys, case), start=1)
        ),
    )


def _value(column: PersonColumn, value: str, number: int) -> PersonValue:
    masked = mask_value(column.kind, value)
    return PersonValue(masked, person_field(number, column.code) if masked != value else "")
