"""The authority that issued a material, asked instead of the citizen 共享数据核查."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from audit.canonical import JsonValue


class Finding(StrEnum):
    """`expired` is what was found and is valid no more."""

    FOUND = "found"
    EXPIRED = "expired"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class SourceQuestion:
    """`id` names the question for both sides' records. Of an organisation both its code and its handler
    are told, of a person the last two are empty.
    """

    id: str
    item: str
    item_version: int
    material: str
    name: str
    id_number: str
    organisation: str = ""
    credit_code: str = ""


@dataclass(frozen=True, slots=True)
class SourceStatement:
    """What the issuer keeps: `values` are (label, value) in the issuer's order and words; `valid_until` is
    the last day on which it is valid, None where it does not end.
    """

    issuer: str
    number: str
    valid_until: dt.date | None
    values: tuple[tuple[str, str], ...]
    retrieved_at_ms: int

    def as_json(self) -> dict[str, JsonValue]:
        """As it is sealed in the entry of the material."""
        return {
            "issuer": self.issuer,
            "number": self.number,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "values": [list(pair) for pair in self.values],
            "retrieved_at_ms": self.retrieved_at_ms,
        }


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """`statement` is there with `found`. `cause` tells administrators why nobody answered: a code, in
    which nothing of the question stands.
    """

    finding: Finding
    statement: SourceStatement | None = None
    cause: str = ""


class MaterialVerifier(Protocol):
    """One source that can be asked. Implementations are named in the settings.

    Guarantees: `ask` answers within its own time limit, however slow the other side is; it raises nothing
    but CancelledError, and what it does not understand is `unavailable`, never `not_found`. An answer is
    about the question that was asked, and of bounded size. Nothing of question or answer is logged or
    kept. Questions may be asked at the same time. After `close` nothing is asked.
    """

    async def ask(self, question: SourceQuestion) -> SourceAnswer: ...

    async def close(self) -> None: ...
