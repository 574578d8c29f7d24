"""How far a whole case has come: never better than the entry that is furthest behind (evidence.md §2)."""

from dataclasses import dataclass
from typing import Protocol

from audit.checkpoint import SignedCheckpoint
from casework.log.status import EntryStatus, entry_status


class LogStatus(Protocol):
    """How far the log has come; cheap, called on the event loop."""

    def published(self) -> SignedCheckpoint:
        """The newest signed checkpoint."""

    def cosigned(self) -> SignedCheckpoint | None:
        """The newest one with verified cosignatures."""

    def time_stamped_at(self, log_index: int) -> int | None:
        """When a time-stamping authority stamped a tree with this entry first (POSIX ms)."""

    @property
    def witnesses(self) -> int:
        """How many witnesses are configured."""

    @property
    def time_stamping(self) -> bool:
        """Whether a time-stamping authority is configured."""


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """What the database knows of a case's entries and those of its calls. `newest` is the largest log
    index among them, None while any of them waits; `seal` that of the seal after which nothing was
    done any more, None without one.
    """

    newest: int | None
    seal: int | None


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """The rungs of the ladder. `time_stamping`: whether there is such a rung at all."""

    entries: EntryStatus
    time_stamping: bool
    sealed: bool


def case_status(standing: CaseStanding, log: LogStatus) -> CaseStatus:
    published = log.published()
    index = standing.newest
    stamped = None if index is None else log.time_stamped_at(index)
    return CaseStatus(
        entries=entry_status(
            index,
            published,
            log.cosigned(),
            witnesses=log.witnesses,
            time_stamped_at=stamped,
        ),
        time_stamping=log.time_stamping or stamped is not None,
        sealed=standing.seal is not None and standing.seal < published.head.size,
    )
