"""The workbook of a table of persons: its one sheet follows the columns of the item."""

import datetime as dt
from collections.abc import Mapping, Sequence

from casework.model.form_field import FieldKind, FormField
from casework.model.person_table import (
    MAX_PERSONS,
    MAX_VALUE,
    PERSONS,
    PersonFault,
    WrongPersonsError,
    normalise_persons,
)
from casework.tables.bad_cell import BadCell, Fault
from casework.tables.errors import BadCells
from casework.tables.shape import Column, Sheet
from casework.tables.template import write_template
from casework.tables.workbook import read_workbook

TITLE = "人员名单"
NOTES_TITLE = "填写说明"
NOTES = (
    f"每人一行，一次最多 {MAX_PERSONS} 人。带 * 的列必须填写，同一身份证号只能出现一次。",
    "有一处错误，整份名单都不会导入；错误会逐处列明行和列，改正后重新导入整份名单。",
    "身份证号、手机号请按文本填写。导入后请妥善保管或者删除本文件。",
)
_LIMITS = {FieldKind.NAME: 60}
_EXAMPLES = {
    FieldKind.ID_NUMBER: "18 位，校验码须相符",
    FieldKind.CREDIT_CODE: "18 位，校验码须相符",
    FieldKind.BANK_CARD: "13 至 19 位，校验码须相符",
    FieldKind.PHONE: "11 位手机号码",
    FieldKind.DATE: "2026-11-21",
    FieldKind.MONEY: "5200.00",
}
_FAULTS = {
    PersonFault.EMPTY: Fault.EMPTY,
    PersonFault.MALFORMED: Fault.MALFORMED,
    PersonFault.REPEATED: Fault.REPEATED,
}


def person_sheet(columns: Sequence[FormField]) -> Sheet:
    return Sheet(PERSONS, TITLE, tuple(_column(one) for one in columns))


def person_template(columns: Sequence[FormField]) -> bytes:
    """An empty .xlsx of the item's columns."""
    return write_template((person_sheet(columns),), NOTES_TITLE, NOTES)


def read_persons(
    content: bytes, columns: Sequence[FormField], today: dt.date
) -> tuple[Mapping[str, str], ...]:
    """The rows in stored form, all of them. Raises BadCells with every cell that cannot stand, and what
    `read_workbook` raises for the file as a whole.
    """
    sheet = person_sheet(columns)
    book = read_workbook(content, (sheet,))
    lines = book.lines[sheet.key]
    if len(lines) > MAX_PERSONS:
        first = lines[MAX_PERSONS].row
        raise BadCells((BadCell(TITLE, first, "", "", Fault.TOO_MANY_ROWS, str(MAX_PERSONS)),))
    if not lines and not book.bad:
        raise BadCells((BadCell(TITLE, 2, "", "", Fault.EMPTY),))
    bad = list(book.bad)
    told = {(cell.row, cell.column) for cell in bad}
    rows: tuple[Mapping[str, str], ...] = ()
    try:
        rows = normalise_persons(columns, [line.values for line in lines], today)
    except WrongPersonsError as wrong:
        found = (
            lines[one.row].bad(one.code, _FAULTS[one.fault], _about(columns, one.code, one.fault))
            for one in wrong.values
        )
        # A cell that reading refused is empty here: it is told once. So is a column that is not there.
        bad += [cell for cell in found if cell.column and (cell.row, cell.column) not in told]
    if bad:
        raise BadCells(
            tuple(sorted(bad, key=lambda cell: (cell.row, len(cell.column), cell.column)))
        )
    return rows


def _about(columns: Sequence[FormField], code: str, fault: PersonFault) -> str:
    column = next(one for one in columns if one.code == code)
    return _EXAMPLES.get(column.kind, "") if fault is PersonFault.MALFORMED else ""


def _column(field: FormField) -> Column:
    return Column(
        field.code,
        field.label,
        field.required,
        _LIMITS.get(field.kind, MAX_VALUE),
        tuple((one, one) for one in field.choices),
        example=field.hint or _EXAMPLES.get(field.kind, ""),
    )
