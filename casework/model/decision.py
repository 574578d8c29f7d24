"""The decision on a case, and the coded reasons of a return or a refusal."""

from dataclasses import dataclass
from enum import StrEnum

from casework.model.case import Outcome


class DecisionStatus(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    REVERTED = "reverted"


class RevertCause(StrEnum):
    """Why a prepared decision came to nothing; the case is as it was before."""

    REVIEWER = "reviewer"
    CALL_DROPPED = "call_dropped"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class RefusalReason(StrEnum):
    CONDITIONS_NOT_MET = "conditions_not_met"
    NOT_WITHIN_AUTHORITY = "not_within_authority"
    DATA_CONTRADICTS = "data_contradicts"
    ALREADY_GRANTED = "already_granted"
    IDENTITY_DOUBTFUL = "identity_doubtful"
    OTHER = "other"


class Remedy(StrEnum):
    """Legal remedies told with a refusal (社会保险经办条例 52; 行政复议法; 行政诉讼法)."""

    RECONSIDERATION = "reconsideration"
    LAWSUIT = "lawsuit"
    RECONSIDERATION_OR_LAWSUIT = "reconsideration_or_lawsuit"


class ReturnReason(StrEnum):
    """Faults the window can mend; what only the citizen can supply is a supplement, not a return."""

    BLURRED = "blurred"
    INCOMPLETE_PAGES = "incomplete_pages"
    WRONG_MATERIAL = "wrong_material"
    EXPIRED = "expired"
    NOT_SIGNED = "not_signed"
    FORM_MISTYPED = "form_mistyped"
    IDENTITY_UNCLEAR = "identity_unclear"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: `target` is a material code, `form:FIELD` or `identity`.

    `note` may hold personal data: it is kept sealed and never logged plain.
    """

    target: str
    reason: ReturnReason
    note: str = ""


@dataclass(frozen=True, slots=True)
class PendingDecision:
    """A prepared decision: a lease bound to call and case version until `expires_at_ms`.

    `case_version` is the version it left the case at; any later act makes it stale. Its reasons,
    numbers and values are sealed in the entry `entry_seq` of the case's chain.
    """

    id: str
    case_id: str
    outcome: Outcome
    reviewer_id: str
    call_id: str | None
    case_version: int
    prepared_at_ms: int
    expires_at_ms: int
    entry_seq: int
