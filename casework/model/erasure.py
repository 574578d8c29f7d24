"""Erasure 销毁: the keys of a case are destroyed by two administrators, the proofs stay."""

from dataclasses import dataclass
from enum import StrEnum

DEFAULT_WAIT_MS = 24 * 3_600_000
MOST_WAIT_MS = 90 * 24 * 3_600_000

REQUESTED = "keys.destruction.requested"
CONFIRMED = "keys.destruction.confirmed"
WITHDRAWN = "keys.destruction.withdrawn"
CASE_KEY_DESTROYED = "keys.case.destroyed"
CALL_KEY_DESTROYED = "keys.call.destroyed"
"""Types of the entries. The last two stand on the chain whose key is gone."""


class ErasureReason(StrEnum):
    """Why (个人信息保护法 47; 保存期限). It stands readable in the log: after the key is gone
    nobody could open a commitment to it.
    """

    RETENTION_OVER = "retention_over"
    PERSON_ASKED = "person_asked"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    COLLECTED_IN_ERROR = "collected_in_error"
    AUTHORITY_ORDERED = "authority_ordered"


class ErasureStatus(StrEnum):
    """`confirmed` is irrevocable and lasts until the keys are gone, across restarts."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Erasure:
    """One row of `erasure`. Times are wall milliseconds, `*_seq` numbers of entries on the case's
    chain. `calls` are those that go with the case; `certificate` is canonical JSON.
    """

    id: str
    case_id: str
    reason: ErasureReason
    status: ErasureStatus
    requested_by: str
    requested_at_ms: int
    requested_seq: int
    not_before_ms: int
    confirmed_by: str | None
    confirmed_at_ms: int | None
    confirmed_seq: int | None
    calls: tuple[str, ...]
    done_at_ms: int | None
    certificate: bytes | None
