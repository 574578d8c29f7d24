"""Words of states, reasons and kinds, as msgids: what a code is called on a page."""

from collections.abc import Iterable, Mapping
from enum import IntEnum, StrEnum
from typing import TypeVar

from audit.act import KeyKind
from casework.actor import Role
from casework.model.actor_key import RevokeReason
from casework.model.call import (
    AwayReason,
    CallKind,
    CallState,
    DeclineReason,
    EndReason,
    MarkKind,
    NoticeAnswer,
    PersonKind,
    Presence,
    Seat,
)
from casework.model.case import CaseState, Outcome, Priority, Road
from casework.model.decision import RefusalReason, Remedy, ReturnReason
from casework.model.key_finding import KeyFinding
from casework.model.line import LineLevel, Rung
from casework.model.material import MaterialSource
from casework.model.rating import RatingLevel
from casework.ports import GapCause, TrackSource
from portal.i18n import N_, _

CASE_STATES: Mapping[CaseState, str] = {
    CaseState.DRAFT: N_("Being filled in"),
    CaseState.ACCEPTED: N_("Accepted, waiting for review"),
    CaseState.IN_FIRST_REVIEW: N_("In first review"),
    CaseState.RETURNED_TO_OUTLET: N_("Returned to the window"),
    CaseState.APPROVED: N_("Approved, not yet handed back"),
    CaseState.REFUSED: N_("Refused, not yet handed back"),
    CaseState.HANDED_BACK: N_("Handed back, to be issued"),
    CaseState.ISSUED: N_("Issued"),
    CaseState.COMPLETED: N_("Completed"),
    CaseState.WITHDRAWN: N_("Withdrawn by the applicant"),
}
CASE_TONES: Mapping[CaseState, tuple[str, str]] = {
    CaseState.DRAFT: ("", "pen"),
    CaseState.ACCEPTED: ("info", "inbox"),
    CaseState.IN_FIRST_REVIEW: ("brand", "reviewer"),
    CaseState.RETURNED_TO_OUTLET: ("warn", "return"),
    CaseState.APPROVED: ("ok", "check-circle"),
    CaseState.REFUSED: ("bad", "stop-circle"),
    CaseState.HANDED_BACK: ("info", "send"),
    CaseState.ISSUED: ("ok", "printer"),
    CaseState.COMPLETED: ("ok", "check-circle"),
    CaseState.WITHDRAWN: ("", "close"),
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.APPROVED: N_("Approved"),
    Outcome.REFUSED: N_("Refused"),
}
KEY_KINDS: Mapping[KeyKind, str] = {
    KeyKind.WEBAUTHN: N_("Security key"),
    KeyKind.WEBCRYPTO_P256: N_("Key in a browser (weaker)"),
}
SIGNED_WITH: Mapping[KeyKind, str] = {
    KeyKind.WEBAUTHN: N_("signed with a security key"),
    KeyKind.WEBCRYPTO_P256: N_("signed with a key in a browser (weaker)"),
}
REVOKE_REASONS: Mapping[RevokeReason, str] = {
    RevokeReason.LOST: N_("Machine lost or replaced"),
    RevokeReason.LEFT: N_("Person has left this post"),
    RevokeReason.DOUBTED: N_("Not made by its owner, or in doubt"),
    RevokeReason.REPLACED: N_("Not used any more"),
}
KEY_FINDINGS: Mapping[KeyFinding, str] = {
    KeyFinding.NO_ENTRY: N_("In the table, and not in the log: nothing it signs holds"),
    KeyFinding.NO_ROW: N_("In the log, and not in the table: nobody enrolled it at the desk"),
    KeyFinding.OTHER_PERSON: N_("The table gives it to somebody else than the log"),
    KeyFinding.OTHER_STATE: N_("Table and log differ on whether it was revoked"),
    KeyFinding.OTHER_LOG: N_(
        "The table lets it sign for this log; it was made known to an earlier one"
    ),
}
ROADS: Mapping[Road, str] = {
    Road.DESK: N_("Desk review"),
    Road.CALL: N_("Review by call"),
    Road.WINDOW: N_("At the window"),
}
PRIORITIES: Mapping[Priority, str] = {
    Priority.ELDERLY: N_("Elderly person"),
    Priority.DISABLED: N_("Disabled person"),
    Priority.PREGNANT: N_("Pregnant woman"),
    Priority.SERVICE_MEMBER: N_("Service member"),
    Priority.URGENT: N_("Urgent matter"),
}
CALL_STATES: Mapping[CallState, str] = {
    CallState.REQUESTED: N_("Being requested"),
    CallState.QUEUED: N_("Waiting"),
    CallState.OFFERED: N_("Ringing"),
    CallState.CONNECTING: N_("Connecting"),
    CallState.CONSENT: N_("Waiting for the citizen's answer to the notice"),
    CallState.ACTIVE: N_("In the call"),
    CallState.HELD: N_("On hold"),
    CallState.INTERRUPTED: N_("Interrupted, waiting for the other side"),
    CallState.WRAP_UP: N_("Wrap-up"),
    CallState.ENDED: N_("Ended"),
    CallState.ABANDONED: N_("Given up before it was taken"),
    CallState.MISSED: N_("Not taken"),
    CallState.DECLINED_CONSENT: N_("Notice refused"),
    CallState.FAILED: N_("Could not be connected"),
}
CALL_KINDS: Mapping[CallKind, str] = {
    CallKind.REVIEW: N_("Review"),
    CallKind.CONSULT: N_("Consultation"),
}
END_REASONS: Mapping[EndReason, str] = {
    EndReason.FINISHED: N_("Finished"),
    EndReason.WITHDRAWN: N_("Consent withdrawn"),
    EndReason.CANCELLED: N_("Cancelled"),
    EndReason.TO_DESK_REVIEW: N_("Changed to desk review"),
    EndReason.NOT_TAKEN: N_("Nobody took it"),
    EndReason.REFUSED_NOTICE: N_("Notice refused"),
    EndReason.NOT_CONNECTED: N_("No connection"),
    EndReason.NOT_RESUMED: N_("Interrupted and not resumed"),
    EndReason.NO_WORKER: N_("No media worker"),
}
PRESENCES: Mapping[Presence, str] = {
    Presence.FREE: N_("On duty"),
    Presence.AWAY: N_("Away"),
    Presence.OFF: N_("Off duty"),
}
AWAY_REASONS: Mapping[AwayReason, str] = {
    AwayReason.BREAK: N_("Short break"),
    AwayReason.MEETING: N_("Meeting"),
    AwayReason.CASEWORK: N_("Working on a case"),
    AwayReason.TRAINING: N_("Training"),
    AwayReason.OTHER: N_("Other"),
    AwayReason.MISSED_CALLS: N_("Set away after missed calls"),
}
DECLINE_REASONS: Mapping[DeclineReason, str] = {
    DeclineReason.FINISHING_CASE: N_("Finishing another case"),
    DeclineReason.NOT_MY_FIELD: N_("Not my field"),
    DeclineReason.CONFLICT_OF_INTEREST: N_("Conflict of interest"),
    DeclineReason.DEVICE: N_("Camera or microphone does not work"),
    DeclineReason.OTHER: N_("Other"),
}
REFUSAL_REASONS: Mapping[RefusalReason, str] = {
    RefusalReason.CONDITIONS_NOT_MET: N_("Conditions are not met"),
    RefusalReason.NOT_WITHIN_AUTHORITY: N_("Not within our authority"),
    RefusalReason.DATA_CONTRADICTS: N_("Records contradict the application"),
    RefusalReason.ALREADY_GRANTED: N_("Already granted"),
    RefusalReason.IDENTITY_DOUBTFUL: N_("Identity is doubtful"),
    RefusalReason.OTHER: N_("Other"),
}
REMEDIES: Mapping[Remedy, str] = {
    Remedy.RECONSIDERATION_OR_LAWSUIT: N_("Administrative reconsideration or lawsuit"),
    Remedy.RECONSIDERATION: N_("Administrative reconsideration"),
    Remedy.LAWSUIT: N_("Administrative lawsuit"),
}
RETURN_REASONS: Mapping[ReturnReason, str] = {
    ReturnReason.BLURRED: N_("Blurred"),
    ReturnReason.INCOMPLETE_PAGES: N_("Pages are missing"),
    ReturnReason.WRONG_MATERIAL: N_("Wrong material"),
    ReturnReason.EXPIRED: N_("Expired"),
    ReturnReason.NOT_SIGNED: N_("Not signed"),
    ReturnReason.FORM_MISTYPED: N_("Mistyped"),
    ReturnReason.IDENTITY_UNCLEAR: N_("Identity is unclear"),
    ReturnReason.OTHER: N_("Other (say what)"),
}
MATERIAL_SOURCES: Mapping[MaterialSource, str] = {
    MaterialSource.STILL: N_("Photographed at the window"),
    MaterialSource.UPLOAD: N_("Uploaded"),
    MaterialSource.SIGNATURE: N_("Signed on the screen"),
    MaterialSource.SHARED_DATA: N_("Shared data"),
}
MARKS: Mapping[MarkKind, str] = {
    MarkKind.NOTICE: N_("Recording notice spoken"),
    MarkKind.IDENTITY: N_("Identity confirmed on camera"),
    MarkKind.DECLARATION: N_("Declaration given"),
    MarkKind.RECHECK: N_("Identity checked again"),
    MarkKind.MATERIAL: N_("Material looked at"),
    MarkKind.STILL_ASKED: N_("New still asked for"),
    MarkKind.NOT_UNDERSTOOD: N_("Citizen did not understand"),
    MarkKind.DECISION: N_("Decision"),
    MarkKind.JOINED: N_("Joined"),
    MarkKind.GONE: N_("Connection lost"),
    MarkKind.LEFT: N_("Left"),
    MarkKind.CONSENT_WITHDRAWN: N_("Consent withdrawn"),
    MarkKind.CONTENT: N_("Picture or sound looks odd"),
}
NOTICE_ANSWERS: Mapping[NoticeAnswer, str] = {
    NoticeAnswer.AGREED: N_("Agreed to the recording"),
    NoticeAnswer.REFUSED: N_("Refused the recording"),
    NoticeAnswer.WITHDRAWN: N_("Consent withdrawn"),
}
PERSONS: Mapping[PersonKind, str] = {
    PersonKind.CLERK: N_("Clerk"),
    PersonKind.REVIEWER: N_("Reviewer"),
    PersonKind.CITIZEN: N_("Citizen"),
    PersonKind.AGENT: N_("Agent"),
    PersonKind.INTERPRETER: N_("Interpreter"),
    PersonKind.COMPANION: N_("Companion"),
}
ROLES: Mapping[Role, str] = {
    Role.CLERK: N_("Clerk"),
    Role.REVIEWER: N_("Reviewer"),
    Role.DUTY_LEAD: N_("Duty lead"),
    Role.OUTLET_LEAD: N_("Outlet lead"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMIN: N_("Administrator"),
    Role.CITIZEN: N_("Citizen"),
    Role.SYSTEM: N_("System"),
}
RATINGS: Mapping[RatingLevel, str] = {
    RatingLevel.VERY_SATISFIED: N_("Very satisfied"),
    RatingLevel.SATISFIED: N_("Satisfied"),
    RatingLevel.FAIRLY_SATISFIED: N_("Fairly satisfied"),
    RatingLevel.DISSATISFIED: N_("Dissatisfied"),
    RatingLevel.VERY_DISSATISFIED: N_("Very dissatisfied"),
}
SEATS: Mapping[Seat, str] = {
    Seat.WINDOW: N_("Counter"),
    Seat.CITIZEN: N_("Citizen's screen"),
    Seat.HALL: N_("Hall"),
}
SOURCES: Mapping[TrackSource, str] = {
    TrackSource.MICROPHONE: N_("Sound"),
    TrackSource.CAMERA: N_("Clerk or reviewer"),
    TrackSource.CITIZEN_CAMERA: N_("Citizen"),
    TrackSource.DOCUMENT_CAMERA: N_("Document camera"),
    TrackSource.SCREEN: N_("Shared screen"),
}
RUNGS: Mapping[Rung, str] = {
    Rung.FULL: N_("everything"),
    Rung.LOWER_VIDEO: N_("lower picture"),
    Rung.AUDIO_FIRST: N_("sound only, picture paused"),
    Rung.STILLS: N_("a still every few seconds"),
    Rung.TELEPHONE: N_("speech too poor, telephone advised"),
}
LINE_LEVELS: Mapping[LineLevel, str] = {
    LineLevel.GOOD: N_("good"),
    LineLevel.FAIR: N_("fair"),
    LineLevel.POOR: N_("poor"),
    LineLevel.BAD: N_("bad"),
}
GAP_CAUSES: Mapping[GapCause, str] = {
    GapCause.LOSS: N_("Packets lost on the line"),
    GapCause.TAP_OVERFLOW: N_("Recorder could not keep up"),
    GapCause.SOCKET_OVERFLOW: N_("System could not keep up"),
    GapCause.LEG_GONE: N_("Page or line was gone"),
    GapCause.WORKER_RESTART: N_("Recording service restarted"),
    GapCause.STORE_FAULT: N_("Disk fault"),
    GapCause.CLOCK_STEP: N_("System clock was set"),
    GapCause.PAUSE: N_("Paused on request"),
    GapCause.BAD_LINE: N_("Line too poor, picture paused for the sound"),
    GapCause.CONSENT_WITHDRAWN: N_("Consent withdrawn"),
}


E = TypeVar("E", bound=StrEnum)
K = TypeVar("K", bound=StrEnum | IntEnum)


def word(table: Mapping[K, str], key: str | int | None) -> str:
    """What `key` is called, in the language of the request; the key itself when unknown."""
    if key is None:
        return ""
    found = next((msgid for code, msgid in table.items() if code == key), None)
    return str(key) if found is None else _(found)


def choices(table: Mapping[E, str], leave_out: Iterable[E] = ()) -> list[list[str]]:
    """[code, words] in the table's order, for a select or a list of radio buttons."""
    left_out = set(leave_out)
    return [[code.value, _(msgid)] for code, msgid in table.items() if code not in left_out]
