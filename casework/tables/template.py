"""Writes the empty workbook of a shape: headings, drop-down lists, and one page that explains them."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from casework.tables.shape import Sheet
from casework.tables.workbook import MAX_ROWS

_BOLD = Font(bold=True)
# Excel takes a list that is written out up to this length.
_LIST_LIMIT = 255


def write_template(shapes: Sequence[Sheet], notes_title: str, notes: Sequence[str] = ()) -> bytes:
    """An .xlsx. Required columns carry a star, which reading passes over. Cells are text, so that a
    number keeps its zeros.
    """
    book = Workbook()
    first = book.active
    if first is not None:
        book.remove(first)
    for shape in shapes:
        _add_sheet(book.create_sheet(shape.title), shape)
    _add_notes(book.create_sheet(notes_title), shapes, notes)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _add_sheet(sheet: Worksheet, shape: Sheet) -> None:
    sheet.freeze_panes = "A2"
    for at, column in enumerate(shape.columns, start=1):
        letter = get_column_letter(at)
        heading = sheet.cell(1, at, column.title + ("*" if column.required else ""))
        heading.font = _BOLD
        sheet.column_dimensions[letter].width = max(14, 2 * len(column.title) + 4)
        sheet.column_dimensions[letter].number_format = "@"
        written = '"' + ",".join(said for said, _meant in column.choices) + '"'
        if column.choices and len(written) <= _LIST_LIMIT:
            choice = DataValidation(type="list", formula1=written, allow_blank=not column.required)
            choice.add(f"{letter}2:{letter}{MAX_ROWS + 1}")
            sheet.add_data_validation(choice)


def _add_notes(sheet: Worksheet, shapes: Sequence[Sheet], notes: Sequence[str]) -> None:
    lines = [[note] for note in notes]
    for shape in shapes:
        lines.append([])
        lines.append([shape.title])
        for column in shape.columns:
            allowed = "、".join(said for said, _meant in column.choices) or column.example
            lines.append([column.title, "必填" if column.required else "选填", allowed])
    for line in lines:
        sheet.append(line)
    sheet.column_dimensions["A"].width = 24
