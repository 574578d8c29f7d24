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
    """`witnessed_by` of `witnesses` known witnesses; the later rungs (time-stamped, sealed) are
    properties of a package and stand there.
    """

    rung: Rung
    witnessed_by: int
    witnesses: int


def entry_status(
    log_index: int | None,
    published: SignedCheckpoint,
    cosigned: SignedCheckpoint | None = None,
    *,
    witnesses: int = 0,
) -> EntryStatus:
    """`cosigned` is the newest checkpoint with verified cosignatures, usually a little older than
    `published`; `witnesses` is the number of witnesses that are configured.
    """
    if log_index is None or log_index >= published.head.size:
        return EntryStatus(Rung.RECORDED, 0, witnesses)
    if cosigned is None or not cosigned.cosignatures or log_index >= cosigned.head.size:
        return EntryStatus(Rung.LOGGED, 0, witnesses)
    by = len({(line.name, line.key_id) for line in cosigned.cosignatures})
    return EntryStatus(Rung.WITNESSED, by, witnesses)
