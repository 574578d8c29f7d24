"""How the result reaches the applicant 出件方式: chosen when it is taken in, changed until it is issued."""

import re
from dataclasses import asdict, dataclass
from enum import StrEnum

from casework.model.applicant import MAX_NAME
from casework.model.phone import normalise_phone

MAX_ADDRESS = 200
MIN_ADDRESS = 6


class IssueChannel(StrEnum):
    """`electronic`: the result stands in the business system, and nothing is handed over."""

    SAME_WINDOW = "same_window"
    OTHER_OUTLET = "other_outlet"
    POST = "post"
    ELECTRONIC = "electronic"


@dataclass(frozen=True, slots=True)
class PostalAddress:
    recipient: str
    phone: str
    address: str

    def values(self) -> dict[str, str]:
        return asdict(self)


class WrongAddressError(ValueError):
    """`fields` names everything that does not fit."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


def normalise_address(given: PostalAddress) -> PostalAddress:
    """The address in stored form; raises WrongAddressError."""
    recipient, address = given.recipient.strip(), " ".join(given.address.split())
    wrong: list[str] = []
    if not 1 <= len(recipient) <= MAX_NAME or not recipient.isprintable():
        wrong.append("recipient")
    phone = ""
    try:
        phone = normalise_phone(given.phone)
    except ValueError:
        wrong.append("phone")
    if not MIN_ADDRESS <= len(address) <= MAX_ADDRESS or not address.isprintable():
        wrong.append("address")
    if wrong:
        raise WrongAddressError(wrong)
    return PostalAddress(recipient, phone, address)


_NUMBER = re.compile(r"[A-Z0-9]{8,30}")
_S10 = re.compile(r"[A-Z]{2}([0-9]{8})([0-9])[A-Z]{2}")
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def s10_check_digit(serial: str) -> str:
    """Check digit of the eight digits of a postal item, UPU S10."""
    rest = 11 - sum(int(d) * w for d, w in zip(serial, _WEIGHTS, strict=True)) % 11
    return {10: "0", 11: "5"}.get(rest, str(rest))


def normalise_tracking_number(text: str) -> str:
    """In capitals without spaces and hyphens. One in the form of UPU S10 has its check digit compared; any
    other carrier's has 8 to 30 letters and digits, a digit among them. Raises ValueError.
    """
    number = re.sub(r"[\s-]", "", text).upper()
    if not _NUMBER.fullmatch(number) or not re.search(r"[0-9]", number):
        raise ValueError("a tracking number has 8 to 30 letters and digits")
    item = _S10.fullmatch(number)
    if item and s10_check_digit(item[1]) != item[2]:
        raise ValueError("wrong check digit")
    return number
