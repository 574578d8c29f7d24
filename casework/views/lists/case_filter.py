"""What a list of cases is narrowed to. It stands in the URL, in saved filters and, as a hash, in the
entry of an export; all three hold the same text.
"""

import hashlib
from dataclasses import dataclass, fields
from enum import StrEnum
from urllib.parse import urlencode

from casework.model.case import CaseState, Outcome, Road

Pair = tuple[str, str]


class Due(StrEnum):
    """Undecided cases whose promised term is over, or ends today or tomorrow."""

    OVERDUE = "overdue"
    SOON = "soon"


class Order(StrEnum):
    """By the moment of opening; the id breaks ties."""

    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Members are named as in the URL; empty means all. `state` holds for any of its values.

    `clerk` (who accepted) and `reviewer` (who holds, held or decided) are staff numbers. Days are
    ISO dates in China, both included. `applicant` is a blind index (`KeyRing.blind_index`) of an
    identity number or credit code: the number itself never stands in an address. `words` is part of
    an item's name or code.
    """

    number: str = ""
    applicant: str = ""
    state: tuple[CaseState, ...] = ()
    outcome: Outcome | None = None
    road: Road | None = None
    item: str = ""
    words: str = ""
    group: str = ""
    outlet: str = ""
    window: str = ""
    clerk: str = ""
    reviewer: str = ""
    opened_from: str = ""
    opened_to: str = ""
    accepted_from: str = ""
    accepted_to: str = ""
    decided_from: str = ""
    decided_to: str = ""
    due: Due | None = None
    called: bool = False
    order: Order = Order.NEWEST

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Name and value of everything that differs from the default, in one order."""
        found: list[Pair] = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value == field.default:
                continue
            if isinstance(value, tuple):
                found += [(field.name, one) for one in sorted(value)]
            else:
                found.append((field.name, "1" if value is True else str(value)))
        return tuple(found)

    @property
    def query(self) -> str:
        """The query string of an address; equal filters give equal ones."""
        return urlencode(self.pairs)

    @property
    def narrows(self) -> bool:
        return any(name != "order" for name, _ in self.pairs)

    @property
    def sha256(self) -> str:
        """Lower hex; what an export's entry says of its filter."""
        return hashlib.sha256(self.query.encode()).hexdigest()
