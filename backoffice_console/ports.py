"""What the hall's pages need from the front door, which alone knows log, packages and verifier."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from casework.actor import Actor


class Verdict(StrEnum):
    """What the verifier found (evidence.md §6)."""

    GOOD = "good"
    ERASED = "erased"
    TAMPERED = "tampered"
    UNANCHORED = "unanchored"


@dataclass(frozen=True, slots=True)
class Package:
    """One evidence package of a case. `made_ms` is wall time, `size` bytes of the file."""

    id: str
    case_id: str
    made_ms: int
    size: int


@dataclass(frozen=True, slots=True)
class Problem:
    """`record` names what is wrong, such as a segment of a part or an entry of a chain."""

    code: str
    path: str
    record: str
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """Answer of the offline verifier. `key` is the outside key that anchored it, empty if none."""

    verdict: Verdict
    package_id: str
    entries: int
    recordings: int
    origin: str
    size: int
    key: str
    took_ms: int
    problems: Sequence[Problem] = ()


class EvidenceService(Protocol):
    """Packages of a case. Methods block and are called in a thread; each call is independent.

    Guarantees: `export` leaves its entry `package.sealed` on the case's chain before it returns,
    and the file under `path_of` never changes afterwards. `verify` reads the package file alone and
    takes its keys from outside the package.
    """

    def export(self, case_id: str, actor: Actor) -> Package:
        """Makes and seals a new package. Raises NotFound, KeyDestroyed, StoreUnavailable."""

    def packages(self, case_id: str) -> Sequence[Package]:
        """Of this case, newest first."""

    def path_of(self, case_id: str, package_id: str) -> Path:
        """The zip to send; raises NotFound."""

    def verify(self, case_id: str, package_id: str) -> Verification:
        """Raises NotFound. What is wrong with the package is told, not raised."""
