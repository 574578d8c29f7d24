"""What a verification found: problems that name the record, a verdict, and an exit code."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from audit.verifier.limits import MAX_QUOTE


class Verdict(StrEnum):
    GOOD = "good"
    ERASED = "erased"
    TAMPERED = "tampered"
    NO_PACKAGE = "no_package"
    UNANCHORED = "unanchored"


EXIT_CODES = {
    Verdict.GOOD: 0,
    Verdict.ERASED: 0,
    Verdict.TAMPERED: 1,
    Verdict.NO_PACKAGE: 2,
    Verdict.UNANCHORED: 3,
}


def quote(value: object) -> str:
    """Foreign text made harmless and short for a terminal and for JSON."""
    text = value if isinstance(value, str) else str(value)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text if len(text) <= MAX_QUOTE else text[:MAX_QUOTE] + "…"


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is the name of the check; `record` is the entry (`case:ID#3`), the part
    (`CALL/PART`) or the segment (`CALL/PART#7`) that is concerned, empty if it is the package.
    """

    code: str
    path: str
    record: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation as a check reports it; the runner adds the name of the check."""

    path: str
    expected: object
    found: object
    record: str = ""

    def as_problem(self, code: str) -> Problem:
        return Problem(
            code, quote(self.path), quote(self.record), quote(self.expected), quote(self.found)
        )


class UnreadableError(Exception):
    """A file cannot be parsed at all, so that no check can speak about its content."""

    def __init__(self, path: str, expected: str, found: object = "", record: str = "") -> None:
        super().__init__(f"{path}: expected {expected}")
        self.finding = Finding(path, expected, found, record)

    @classmethod
    def of(cls, finding: Finding) -> "UnreadableError":
        """What another process found."""
        return cls(finding.path, str(finding.expected), finding.found, finding.record)


@dataclass(frozen=True, slots=True)
class Report:
    verdict: Verdict
    anchored: bool = False
    origin: str = ""
    size: int = 0
    package_id: str = ""
    case_id: str = ""
    entries: int = 0
    recordings: Sequence[Mapping[str, object]] = ()
    status: Mapping[str, object] = field(default_factory=dict)
    problems: Sequence[Problem] = ()

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.verdict]

    def as_json(self) -> dict[str, object]:
        return asdict(self)
