"""Identifiers: ULIDs for objects, and the number of a case that people read aloud."""

import re
from datetime import date, datetime

from ulid import ULID

_NUMBER = re.compile(r"^(20\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(\d{6})(\d{2})$", re.ASCII)
MAX_SERIAL = 999_999


def new_id() -> str:
    """A new ULID: 26 characters of Crockford's base 32, in order of creation."""
    return str(ULID())


def is_id(text: str) -> bool:
    """Whether `text` is a ULID in its canonical (upper-case) form."""
    try:
        return str(ULID.from_str(text)) == text
    except ValueError:
        return False


def case_number(day: date, serial: int) -> str:
    """办件编号: YYYYMMDD, six digits counting from 1 each day, two check digits.

    The check digits are ISO/IEC 7064 MOD 97-10: every single wrong digit and every swap of
    neighbours shows when a number is read out or typed. Raises ValueError past `MAX_SERIAL`.
    """
    if not 1 <= serial <= MAX_SERIAL:
        raise ValueError(f"serial {serial} is outside 1..{MAX_SERIAL}")
    digits = f"{day:%Y%m%d}{serial:06d}"
    return f"{digits}{98 - int(digits) * 100 % 97:02d}"


def is_case_number(text: str) -> bool:
    """Whether `text` is a well-formed case number with right check digits."""
    match = _NUMBER.match(text)
    if match is None or int(match[4]) == 0 or int(text) % 97 != 1:
        return False
    try:
        datetime(int(match[1]), int(match[2]), int(match[3]))  # noqa: DTZ001 - a calendar check, no instant
    except ValueError:
        return False
    return True
