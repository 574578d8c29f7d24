"""One cell of a workbook that cannot stand: where it is, and why, as a code that never changes."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Stable codes of what may be wrong with a cell; pages have a sentence for each."""

    SHEET_MISSING = "sheet_missing"
    COLUMN_MISSING = "column_missing"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMN_REPEATED = "column_repeated"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_A_CHOICE = "not_a_choice"
    MALFORMED = "malformed"
    FORMULA_ERROR = "formula_error"
    NUMBER_LOST_DIGITS = "number_lost_digits"
    REPEATED = "repeated"
    UNKNOWN_REFERENCE = "unknown_reference"
    EXISTS_ALREADY = "exists_already"
    NOT_TOGETHER = "not_together"
    TOO_MANY_ROWS = "too_many_rows"


@dataclass(frozen=True, slots=True)
class BadCell:
    """`row` counts from 1 as spreadsheets do, `column` is its letter, empty for a whole row or sheet.
    `title` is the column's heading. `about` adds what is allowed or what it collides with.
    """

    sheet: str
    row: int
    column: str
    title: str
    fault: Fault
    about: str = ""
