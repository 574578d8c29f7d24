"""Reads a workbook as lines of text by column, within limits, and lists every cell that cannot stand."""

import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from casework.tables.bad_cell import BadCell, Fault
from casework.tables.errors import NotAWorkbook, WorkbookTooLarge
from casework.tables.safe_zip import look_into
from casework.tables.shape import Column, Sheet

MAX_SHEETS = 20
MAX_ROWS = 5_000
# Spreadsheets keep rows that only have a colour: they may go further down than those with words.
MAX_ROW_NUMBER = 20_000
MAX_COLUMNS = 64
MAX_TEXT = 2_000
MAX_BAD_CELLS = 1_000
_EXACT_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Line:
    """A row with words in it. `values` by column key, stripped; what is not written is empty."""

    sheet: Sheet
    row: int
    values: Mapping[str, str]
    letters: Mapping[str, str]

    def bad(self, key: str, fault: Fault, about: str = "") -> BadCell:
        title = next((one.title for one in self.sheet.columns if one.key == key), "")
        return BadCell(self.sheet.title, self.row, self.letters.get(key, ""), title, fault, about)


@dataclass(frozen=True, slots=True)
class Workbook:
    """`lines` by sheet key. A line with a bad cell is there all the same, that cell empty."""

    lines: Mapping[str, tuple[Line, ...]]
    bad: tuple[BadCell, ...]


@dataclass(slots=True)
class _Reading:
    bad: list[BadCell] = field(default_factory=list)

    def note(self, cell: BadCell) -> None:
        if len(self.bad) >= MAX_BAD_CELLS:
            raise WorkbookTooLarge(limit="bad_cells", allowed=MAX_BAD_CELLS)
        self.bad.append(cell)


def read_workbook(content: bytes, shapes: Sequence[Sheet]) -> Workbook:
    """`content` is an .xlsx. Formulas count with the value that the spreadsheet kept. Sheets that
    `shapes` do not name are passed over. Raises NotAWorkbook, WorkbookTooLarge, WorkbookUnsafe.
    """
    look_into(content)
    reading = _Reading()
    with warnings.catch_warnings():
        # Of what a spreadsheet may hold besides cells, such as drop-down lists.
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        except Exception as error:
            # openpyxl raises whatever its XML gives it: KeyError, ValueError, TypeError and more.
            raise NotAWorkbook(reason=type(error).__name__) from error
        try:
            if len(book.sheetnames) > MAX_SHEETS:
                raise WorkbookTooLarge(limit="sheets", allowed=MAX_SHEETS)
            lines = {shape.key: _sheet(book, shape, reading) for shape in shapes}
        finally:
            book.close()
    return Workbook(lines, tuple(reading.bad))


def _sheet(book: Any, shape: Sheet, reading: _Reading) -> tuple[Line, ...]:
    if shape.title not in book.sheetnames:
        if shape.required:
            reading.note(BadCell(shape.title, 0, "", "", Fault.SHEET_MISSING))
        return ()
    sheet = book[shape.title]
    if not hasattr(sheet, "reset_dimensions"):
        raise NotAWorkbook(reason="chart_sheet")
    # The size that the file states may be false; rows are counted as they come.
    sheet.reset_dimensions()
    rows = _rows(sheet)
    columns = _headings(next(rows, (1, ())), shape, reading)
    lines: list[Line] = []
    for number, cells in rows:
        if len(lines) == MAX_ROWS:
            raise WorkbookTooLarge(limit="rows", allowed=MAX_ROWS)
        lines.append(_line(shape, number, cells, columns, reading))
    return tuple(lines)


def _rows(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The first row, then every row with words in it, numbered as in the spreadsheet."""
    try:
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            if number > MAX_ROW_NUMBER:
                raise WorkbookTooLarge(limit="rows", allowed=MAX_ROWS)
            if len(cells) > MAX_COLUMNS:
                raise WorkbookTooLarge(limit="columns", allowed=MAX_COLUMNS)
            if number == 1 or any(cell.value not in {None, ""} for cell in cells):
                yield number, cells
    except WorkbookTooLarge:
        raise
    except Exception as error:
        # As above: what openpyxl raises for a broken sheet is anything.
        raise NotAWorkbook(reason=type(error).__name__) from error


def _headings(
    first: tuple[int, tuple[Any, ...]], shape: Sheet, reading: _Reading
) -> dict[int, Column]:
    """Columns by their place from 0; their order in the spreadsheet is free."""
    by_title = {column.title: column for column in shape.columns}
    found: dict[int, Column] = {}
    for at, cell in enumerate(first[1]):
        title = str(cell.value or "").strip().rstrip("*＊").strip()[:MAX_TEXT]
        if not title:
            continue
        column = by_title.get(title)
        letter = get_column_letter(at + 1)
        if column is None:
            reading.note(BadCell(shape.title, 1, letter, title[:40], Fault.COLUMN_UNKNOWN))
        elif column in found.values():
            reading.note(BadCell(shape.title, 1, letter, title, Fault.COLUMN_REPEATED))
        else:
            found[at] = column
    for column in shape.columns:
        if column.required and column not in found.values():
            reading.note(BadCell(shape.title, 1, "", column.title, Fault.COLUMN_MISSING))
    return found


def _line(
    shape: Sheet, row: int, cells: tuple[Any, ...], columns: Mapping[int, Column], reading: _Reading
) -> Line:
    values = {column.key: "" for column in shape.columns}
    letters = {column.key: get_column_letter(at + 1) for at, column in columns.items()}
    for at, column in columns.items():
        text, fault, about = _judged(cells[at] if at < len(cells) else None, column)
        if fault is None:
            values[column.key] = text
        else:
            letter = letters[column.key]
            reading.note(BadCell(shape.title, row, letter, column.title, fault, about))
    return Line(shape, row, values, letters)


def _judged(cell: Any, column: Column) -> tuple[str, Fault | None, str]:
    text, fault = _text(cell)
    if fault is not None:
        return "", fault, ""
    if not text:
        return "", Fault.EMPTY if column.required else None, ""
    limit = min(column.limit, MAX_TEXT)
    if len(text) > limit:
        return "", Fault.TOO_LONG, str(limit)
    if column.choices:
        meant = dict(column.choices).get(text)
        if meant is None:
            return "", Fault.NOT_A_CHOICE, "、".join(said for said, _meant in column.choices)
        return meant, None, ""
    if column.pattern and re.fullmatch(column.pattern, text) is None:
        return "", Fault.MALFORMED, column.example
    return text, None, ""


def _text(cell: Any) -> tuple[str, Fault | None]:
    """What a person sees in the cell, as text of one line's worth of spaces."""
    value = None if cell is None else cell.value
    if value is None:
        return "", None
    if getattr(cell, "data_type", "") == "e":
        return "", Fault.FORMULA_ERROR
    if isinstance(value, bool):
        return ("是" if value else "否"), None
    if isinstance(value, int | float):
        # A spreadsheet keeps 15 digits: an account number typed as a number is another one by now.
        if abs(value) >= 10**_EXACT_DIGITS:
            return "", Fault.NUMBER_LOST_DIGITS
        return (str(int(value)) if value == int(value) else repr(value)), None
    if isinstance(value, datetime):
        at_midnight = value.time().isoformat() == "00:00:00"
        return (value.date().isoformat() if at_midnight else value.isoformat(" ")), None
    if isinstance(value, date):
        return value.isoformat(), None
    text = str(value).strip()
    if any(ord(one) < 32 and one not in "\n\t" for one in text):
        return "", Fault.MALFORMED
    return text, None
