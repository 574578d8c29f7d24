"""How far an entry has come: shown as it is, never better (evidence.md §2)."""

from dataclasses import dataclass
from enum import StrEnum

from audit.checkpoint import SignedCheckpoint


class Rung(StrEnum):
    RECORDED = "recorded"  # committed in the database
    LOGGED = "logged"  # under a signed checkpoint
    WITNESSED = "witnessed"  # under a checkpoint that outside witnesses cosigned


@dataclass(frozen=True, slots=True)
class EntryStatus:
    """`witnessed_by` of `witnesses` known witnesses. `time_stamped_at` is the time (POSIX ms) that a
    time-stamping authority gave over a tree that holds the entry, None without one; its signature
    was not checked. The last rung (sealed) is a property of a package and stands there.
    """

    rung: Rung
    witnessed_by: int
    witnesses: int
    time_stamped_at: int | None = None


def entry_status(
    log_index: int | None,
    published: SignedCheckpoint,
    cosigned: SignedCheckpoint | None = None,
    *,
    witnesses: int = 0,
    time_stamped_at: int | None = None,
) -> EntryStatus:
    """`cosigned` is the newest checkpoint with verified cosignatures, usually a little older than
    `published`; `witnesses` is the number of witnesses that are configured.
    """
    if log_index is None or log_index >= published.head.size:
        return EntryStatus(Rung.RECORDED, 0, witnesses)
    if cosigned is None or not cosigned.cosignatures or log_index >= cosigned.head.size:
        return EntryStatus(Rung.LOGGED, 0, witnesses, time_stamped_at)
    by = len({(line.name, line.key_id) for line in cosigned.cosignatures})
    return EntryStatus(Rung.WITNESSED, by, witnesses, time_stamped_at)
