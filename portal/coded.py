"""What a code is called, in the language of the request."""

from collections.abc import Iterable, Mapping
from enum import IntEnum, StrEnum
from typing import TypeVar, cast

from portal.i18n import _

E = TypeVar("E", bound=StrEnum)
K = TypeVar("K", bound=StrEnum | IntEnum)


def word(table: Mapping[K, str], key: str | int | None) -> str:
    """What `key` is called, in the language of the request; the key itself when unknown."""
    if key is None:
        return ""
    found = cast("Mapping[object, str]", table).get(key)  # a code is equal to its text or number
    return str(key) if found is None else _(found)


def choices(table: Mapping[E, str], leave_out: Iterable[E] = ()) -> list[list[str]]:
    """[code, words] in the table's order, for a select or a list of radio buttons."""
    left_out = set(leave_out)
    return [[code.value, _(msgid)] for code, msgid in table.items() if code not in left_out]
