"""The case 办件: one item, one applicant, one decision. One state plus flags, never one big enum."""

from dataclasses import dataclass
from enum import StrEnum

from casework.model.issue_channel import IssueChannel


class CaseState(StrEnum):
    """Where a case stands (domain.md §3.2, the part that runs today)."""

    DRAFT = "draft"
    ACCEPTED = "accepted"
    IN_FIRST_REVIEW = "in_first_review"
    RETURNED_TO_OUTLET = "returned_to_outlet"
    SUPPLEMENT_REQUIRED = "supplement_required"
    APPROVED = "approved"
    REFUSED = "refused"
    HANDED_BACK = "handed_back"
    ISSUED = "issued"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


RESULT_STATES = frozenset({CaseState.HANDED_BACK, CaseState.ISSUED, CaseState.COMPLETED})
"""The result is back from the hall."""
TERMINAL_STATES = frozenset({CaseState.COMPLETED, CaseState.WITHDRAWN, CaseState.LAPSED})


class Road(StrEnum):
    """How an accepted case goes on: reviewed at the desk, in a call, or closed at the window."""

    DESK = "desk"
    CALL = "call"
    WINDOW = "window"


class Outcome(StrEnum):
    APPROVED = "approved"
    REFUSED = "refused"


class Priority(StrEnum):
    """Why a case goes first (绿色通道)."""

    ELDERLY = "elderly"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    SERVICE_MEMBER = "service_member"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Case:
    """The state row of a case. Times are wall milliseconds, `*_seq` numbers of entries on the
    case's chain that carry sealed values.

    `version` grows by one with every act. `first_asked_by` 首问责任人 never changes; `owner` changes
    only by an accepted hand-over. `clerk_id` is who accepted the case.
    `reviewer_id` and `lease_until_ms` are the review lock; outside review `reviewer_id` tells who
    held it last. `reserved_for` is the reviewer to whom a mended case goes back.
    `pending_*` is a prepared decision and the end of its lease.
    `application_digest` binds the signature to what was read back: a change of the form, of the
    table of persons or of the applicant clears both. `camera_*` tell in which call the reviewer last confirmed the identity.
    `visit_id` is the visit during which it was opened. `prepared_by` is the usher who filled it in at the
    pre-fill desk, `taken_over_at_ms` when a clerk took such a draft over; until then `window_id` is only
    the window that would serve it.
    """

    id: str
    number: str
    item_version_id: str
    item_code: str
    group_code: str
    state: CaseState
    version: int
    outlet_id: str
    window_id: str
    first_asked_by: str
    owner: str
    opened_at_ms: int
    road: Road | None = None
    priority: Priority | None = None
    applicant_seq: int | None = None
    form_seq: int | None = None
    persons_seq: int | None = None
    present_seq: int | None = None
    channel: IssueChannel = IssueChannel.SAME_WINDOW
    issue_outlet_id: str | None = None
    address_seq: int | None = None
    posted_seq: int | None = None
    delivered_at_ms: int | None = None
    identity_confirmed_at_ms: int | None = None
    application_digest: str | None = None
    signed_at_ms: int | None = None
    clerk_id: str | None = None
    accepted_at_ms: int | None = None
    promised_due_ms: int | None = None
    reserved_for: str | None = None
    reviewer_id: str | None = None
    lease_until_ms: int | None = None
    pending_decision_id: str | None = None
    pending_until_ms: int | None = None
    camera_call_id: str | None = None
    camera_identity_at_ms: int | None = None
    returned_seq: int | None = None
    decided_by: str | None = None
    decided_at_ms: int | None = None
    decision_seq: int | None = None
    outcome: Outcome | None = None
    receiver_checked_at_ms: int | None = None
    issued_by: str | None = None
    issued_at_ms: int | None = None
    closed_at_ms: int | None = None
    rated_at_ms: int | None = None
    visit_id: str | None = None
    prepared_by: str | None = None
    taken_over_at_ms: int | None = None
    at_hand_seq: int | None = None

    @property
    def waits_at_desk(self) -> bool:
        """Prepared by an usher, and taken over by no clerk yet."""
        return self.prepared_by is not None and self.taken_over_at_ms is None

    @property
    def issuing_outlet(self) -> str:
        """Where the result is handed over."""
        return self.issue_outlet_id or self.outlet_id

    @property
    def chain(self) -> str:
        return f"case:{self.id}"
