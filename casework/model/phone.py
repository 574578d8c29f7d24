"""Telephone numbers of mainland China: mobile, or fixed line with area code."""

import re

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_FIXED = re.compile(r"0\d{2,3}-?\d{7,8}", re.ASCII)


def normalise_phone(text: str) -> str:
    """The number without spaces and country code; ValueError when it is none."""
    number = text.replace(" ", "").removeprefix("+86")
    if not (_MOBILE.fullmatch(number) or _FIXED.fullmatch(number)):
        raise ValueError("not a telephone number")
    return number
