"""A list as CSV (RFC 4180): UTF-8 with a byte order mark, by which Excel knows the encoding, and no
cell that a spreadsheet would take for a formula.
"""

from collections.abc import Iterable

BOM = "\ufeff"
_FORMULA = frozenset("=+-@\t\r")
"""What begins a formula or a command in Excel, WPS and LibreOffice (OWASP, CSV injection)."""
_WIDE_FORMULA = frozenset("＝＋－＠")
"""Their full-width forms, which a Chinese Excel reads alike."""


def cell(value: str) -> str:
    """`value` as one quoted cell. A quote in front (') makes a spreadsheet show a formula as text."""
    begins = value.lstrip(" \n\u3000")[:1]
    if begins and (begins in _FORMULA or begins in _WIDE_FORMULA or value[0] in "\t\r"):
        value = f"'{value}"
    return '"' + value.replace('"', '""') + '"'


def row(values: Iterable[str]) -> str:
    return ",".join(cell(value) for value in values) + "\r\n"
