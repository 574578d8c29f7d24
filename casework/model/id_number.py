"""Resident identity number, GB 11643-1999: 17 digits and a check character.

Layout: 6 digits area code (GB/T 2260), 8 digits birth date YYYYMMDD, 3 digits order (odd = male),
1 check character by ISO 7064 MOD 11-2. Area 990000 is assigned to nobody; fixtures use it.
"""

import datetime as dt
import re

MADE_UP_AREA = "990000"

_SHAPE = re.compile(r"\d{17}[\dX]", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
# First two digits: the province-level divisions of GB/T 2260, and 99 for made-up people.
_PROVINCES = frozenset(
    number
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71))
    for number in range(first, last + 1)
) | {81, 82, 83, 99}


def check_character(first_17: str) -> str:
    """Check character of 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECK[total % 11]


def normalise_id_number(text: str) -> str:
    """The number without spaces, check character in upper case.

    Raises ValueError when shape, division, birth date or check character is wrong.
    """
    number = text.replace(" ", "").upper()
    if not _SHAPE.fullmatch(number):
        raise ValueError("an identity number has 18 characters")
    if int(number[:2]) not in _PROVINCES:
        raise ValueError("no such division")
    if (number[:2] == "99") != (number[:6] == MADE_UP_AREA):
        raise ValueError("no such division")
    if birth_date(number) > dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1):
        raise ValueError("born in the future")
    if check_character(number[:17]) != number[17]:
        raise ValueError("wrong check character")
    return number


def birth_date(number: str) -> dt.date:
    """Birth date of a number of the right shape; ValueError when there is no such day."""
    born = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    if born.year < 1880:
        raise ValueError("born too long ago")
    return born
