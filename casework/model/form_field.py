"""Typed fields of an item's form and the checking of what was typed into them."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from unicodedata import category

from casework.model.bank_card import normalise_bank_card
from casework.model.credit_code import normalise_credit_code
from casework.model.id_number import normalise_id_number
from casework.model.phone import normalise_phone

MAX_TEXT = 500
_NO_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""General categories (UAX 44). Characters of no assigned or of private use are left: names have them."""
_MONEY = re.compile(r"\d{1,10}(\.\d{1,2})?", re.ASCII)


class DateBound(StrEnum):
    """The last day a date may name; it is looked at when the value is typed."""

    TODAY = "today"


class FieldKind(StrEnum):
    TEXT = "text"
    NAME = "name"
    ID_NUMBER = "id_number"
    CREDIT_CODE = "credit_code"
    BANK_CARD = "bank_card"
    PHONE = "phone"
    DATE = "date"
    CHOICE = "choice"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class FormField:
    """`code` names the field in the stored form; `choices` is empty but for `choice`, `not_after`
    bounds a date.
    """

    code: str
    label: str
    kind: FieldKind
    required: bool = False
    choices: tuple[str, ...] = ()
    hint: str = ""
    not_after: DateBound | None = None


def normalise_value(field: FormField, text: str, today: dt.date) -> str:
    """The stored form of `text`, "" when nothing was typed; ValueError when it does not fit.

    `today` is the day in China on which it was typed.
    """
    # Signs that nobody sees and that turn a line around, or part two equal words, come with what is pasted.
    value = "".join(one for one in text if category(one) != "Cf").strip()
    if not value:
        return ""
    if len(value) > MAX_TEXT:
        raise ValueError(f"longer than {MAX_TEXT} characters")
    if any(category(one) in _NO_TEXT and one != "\n" for one in value):
        raise ValueError("control characters")
    if field.kind is FieldKind.CHOICE and value not in field.choices:
        raise ValueError("not one of the choices")
    normalise = _NORMALISERS.get(field.kind)
    stored = normalise(value) if normalise else value
    if field.not_after is DateBound.TODAY and dt.date.fromisoformat(stored) > today:
        raise ValueError("later than today")
    return stored


def _date(value: str) -> str:
    return dt.date.fromisoformat(value).isoformat()


def _money(value: str) -> str:
    """Yuan with two decimals, as text: money is never a float."""
    if not _MONEY.fullmatch(value):
        raise ValueError("not an amount in yuan")
    yuan, _, fen = value.partition(".")
    return f"{int(yuan)}.{fen:0<2}"


_NORMALISERS: Mapping[FieldKind, Callable[[str], str]] = MappingProxyType(
    {
        FieldKind.ID_NUMBER: normalise_id_number,
        FieldKind.CREDIT_CODE: normalise_credit_code,
        FieldKind.BANK_CARD: normalise_bank_card,
        FieldKind.PHONE: normalise_phone,
        FieldKind.DATE: _date,
        FieldKind.MONEY: _money,
    }
)
