"""What stands on each paper: facts of the case, no words of the form and no layout.

Numbers of persons and accounts are masked as on a screen; the applicant's name stands in full, since
the paper is hers. Times are wall milliseconds.
"""

from dataclasses import dataclass
from typing import TypeAlias

from casework.model.case import Outcome
from casework.model.decision import RefusalReason, Remedy
from casework.model.issue_channel import IssueChannel


@dataclass(frozen=True, slots=True)
class PaperCase:
    """The head of every paper. `code` proves at any window that one holds the paper; `organisation`
    is the applicant's, empty for a person. `clerk` is the staff number of who accepted the case, of
    whoever asked first before that.
    """

    number: str
    code: str
    item: str
    applicant: str
    id_number: str
    organisation: str
    outlet: str
    window: str
    clerk: str


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """A material that was handed in, and how many pages of it."""

    name: str
    pages: int


@dataclass(frozen=True, slots=True)
class AcceptanceFacts:
    """`promised_days` are working days; zero is the spot, and then `due_ms` says nothing."""

    materials: tuple[MaterialLine, ...]
    accepted_ms: int
    due_ms: int
    promised_days: int
    bases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One thing to supply: what it concerns (may be empty), what is the matter, what to bring."""

    concerns: str
    words: str
    bring: str


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """Of the one-time notice and of the supplement notice; `round` counts from 1, `written_by`
    is the staff number of who wrote the list. `lapses` is the rule, cited, by which what does not come in
    time counts as withdrawn; empty where none says so.
    """

    round: int
    points: tuple[NoticeLine, ...]
    days: int
    due_ms: int
    written_ms: int
    written_by: str
    lapses: str = ""


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """`changes` are label, before and after. A refusal has `reasons`, `text` and `remedy`. `outcome` is None
    for a case that was closed at the window; `decided_ms` is when that was. `log_line` is
    `ORIGIN INDEX LEAFHASH` of the decision's entry (evidence.md §7), empty where it is not in the log yet.
    """

    outcome: Outcome | None
    result: str
    bases: tuple[str, ...]
    changes: tuple[tuple[str, str, str], ...]
    transaction_number: str
    reasons: tuple[RefusalReason, ...]
    text: str
    remedy: Remedy | None
    reviewer: str
    accepted_ms: int
    decided_ms: int
    log_line: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """`receiver` is the name of who was checked, empty while nobody was; `by_agent` where it is not
    the applicant. `delivered_ms` is None until it was issued: the paper is signed with a pen then.
    `outlet` hands over where that is another one than accepted; a letter has `recipient` (masked), its
    `address` (masked) and, once it was posted, its `tracking_number`. `issuer` is the staff number of who
    handed over or posted, empty before.
    """

    outcome: Outcome
    result: str
    receiver: str
    by_agent: bool
    delivered_ms: int | None
    channel: IssueChannel = IssueChannel.SAME_WINDOW
    outlet: str = ""
    recipient: str = ""
    address: str = ""
    tracking_number: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class NextStepsFacts:
    """`lines` are the item's; `done_ms` is when the case was decided, or closed at the window."""

    result: str
    lines: tuple[str, ...]
    done_ms: int


PaperFacts: TypeAlias = (
    AcceptanceFacts | NoticeFacts | DecisionFacts | DeliveryFacts | NextStepsFacts
)
