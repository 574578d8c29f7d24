"""Why an act on a case is refused: one class, one code, one message for people, one test each."""

from casework.errors import DomainError


class StateForbids(DomainError):
    """The case stands where this act is not possible; `details` tell `state` and `verb`."""

    code = "C-01"
    slug = "state_forbids"


class NotCertified(DomainError):
    """The actor holds no valid certificate for the item's reviewer group."""

    code = "C-02"
    slug = "not_certified"


class ItemNotGranted(DomainError):
    """The outlet may not accept this item."""

    code = "C-03"
    slug = "item_not_granted"


class IdentityNotConfirmed(DomainError):
    code = "C-04"
    slug = "identity_not_confirmed"


class FormIncomplete(DomainError):
    """`details["fields"]` names the required fields that are empty."""

    code = "C-05"
    slug = "form_incomplete"


class MaterialsMissing(DomainError):
    """`details["materials"]` names required materials that are absent, faulty or of low grade."""

    code = "C-06"
    slug = "materials_missing"


class ApplicationNotSigned(DomainError):
    """The application was not read back and signed, or was changed after the signature."""

    code = "C-07"
    slug = "application_not_signed"


class ApplicationChanged(DomainError):
    """What is to be signed is no longer what was read back: read it back again."""

    code = "C-08"
    slug = "application_changed"


class ClerkMayNotReview(DomainError):
    """受审分离: who had a hand in accepting the case may not review it."""

    code = "C-09"
    slug = "clerk_may_not_review"


class ReviewerMayNotIssue(DomainError):
    """Who reviewed the case may not issue its result."""

    code = "C-10"
    slug = "reviewer_may_not_issue"


class LeaseLost(DomainError):
    """The review lock of this reviewer ran out or was given up."""

    code = "C-11"
    slug = "lease_lost"


class CaseLocked(DomainError):
    """Another reviewer holds the case; `details["holder"]` is the staff number."""

    code = "C-12"
    slug = "case_locked"


class DecisionPending(DomainError):
    """A prepared decision must be confirmed or reverted first."""

    code = "C-13"
    slug = "decision_pending"


class NoPendingDecision(DomainError):
    """The prepared decision is gone: reverted by hand, by a dropped call, or replaced."""

    code = "C-14"
    slug = "no_pending_decision"


class DecisionExpired(DomainError):
    """The confirmation came too late; nothing was decided."""

    code = "C-15"
    slug = "decision_expired"


class DecisionStale(DomainError):
    """The case changed after the decision was prepared; nothing was decided."""

    code = "C-16"
    slug = "decision_stale"


class CallRequired(DomainError):
    """This item is approved only in, or shortly after, a recorded call."""

    code = "C-17"
    slug = "call_required"


class WrongCall(DomainError):
    """The call does not concern this case, or the actor is not its reviewer."""

    code = "C-18"
    slug = "wrong_call"


class RecordingNotHealthy(DomainError):
    """No healthy recording now, no approval: offer a new call or an appointment."""

    code = "C-19"
    slug = "recording_not_healthy"


class RecordingNotWhole(DomainError):
    """`details` tell the marks outside recorded time, or the gap that was too long."""

    code = "C-20"
    slug = "recording_not_whole"


class DecisionTooLate(DomainError):
    """The call did not end in order, or ended too long ago."""

    code = "C-21"
    slug = "decision_too_late"


class NoticeNotAgreed(DomainError):
    """Somebody present did not agree to the recording, or withdrew."""

    code = "C-22"
    slug = "notice_not_agreed"


class IdentityNotOnCamera(DomainError):
    """The reviewer has not confirmed the identity on camera in this call."""

    code = "C-23"
    slug = "identity_not_on_camera"


class TransactionNumberMissing(DomainError):
    """Approving a changing item needs the business system's transaction number."""

    code = "C-24"
    slug = "transaction_number_missing"


class ChangeValuesMissing(DomainError):
    """`details["fields"]` names what lacks its value before or after the change."""

    code = "C-25"
    slug = "change_values_missing"


class ReasonsMissing(DomainError):
    """A refusal needs coded reasons, their text and the remedy."""

    code = "C-26"
    slug = "reasons_missing"


class FaultsMissing(DomainError):
    """A return names at least one thing that the window can mend."""

    code = "C-27"
    slug = "faults_missing"


class NotMended(DomainError):
    """`details["targets"]` names what was returned and has not been changed since."""

    code = "C-28"
    slug = "not_mended"


class ReceiverNotChecked(DomainError):
    code = "C-29"
    slug = "receiver_not_checked"


class AlreadyRated(DomainError):
    code = "C-30"
    slug = "already_rated"


class NothingToTake(DomainError):
    """No case waits that this reviewer may take."""

    code = "C-31"
    slug = "nothing_to_take"


class WrongRoad(DomainError):
    """The item does not allow this road; `details["road"]` is the one asked for."""

    code = "C-32"
    slug = "wrong_road"


class PurposeMissing(DomainError):
    """Looking into a case needs a stated purpose."""

    code = "C-33"
    slug = "purpose_missing"


class MaterialUnreadable(DomainError):
    """The content is no JPEG, PNG or PDF that can be opened."""

    code = "C-34"
    slug = "material_unreadable"


class MaterialTooLarge(DomainError):
    """`details` tell the limit in bytes, pixels or pages."""

    code = "C-35"
    slug = "material_too_large"


class ItemNotInForce(DomainError):
    """No version of the item is in force today."""

    code = "C-36"
    slug = "item_not_in_force"


class ResultNotIssued(DomainError):
    """The result must be issued, or the case reviewed, before it can be closed."""

    code = "C-37"
    slug = "result_not_issued"


class PackageOutdated(DomainError):
    """The case's chain went on while its package was made; it is made again."""

    code = "C-38"
    slug = "package_outdated"


class MarksMissing(DomainError):
    """`details["marks"]`: notice, identity or declaration do not lie in recorded time."""

    code = "C-39"
    slug = "marks_missing"


class CitizenNotInView(DomainError):
    """The reviewer does not see the citizen live now: a picture was paused for the line's sake."""

    code = "C-40"
    slug = "citizen_not_in_view"


class RecheckOutstanding(DomainError):
    """The call was interrupted: name and one varied question are to be confirmed again first."""

    code = "C-41"
    slug = "recheck_outstanding"


class StepsToRedo(DomainError):
    """The call was interrupted, and for this item nothing before that is evidence;
    `details["marks"]` names what is to be done again.
    """

    code = "C-42"
    slug = "steps_to_redo"
