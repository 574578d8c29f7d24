"""What a workbook must look like: its sheets, and the columns of each by their headings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """`title` is the heading in row 1. `choices` map what may be written to what is meant; empty means
    any text up to `limit` characters. `pattern` is a regular expression for the whole text.
    """

    key: str
    title: str
    required: bool = True
    limit: int = 80
    choices: tuple[tuple[str, str], ...] = ()
    pattern: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    key: str
    title: str
    columns: tuple[Column, ...]
    required: bool = True
