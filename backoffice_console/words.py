"""Words of states, reasons and kinds, as msgids: what a code is called on a page."""

from collections.abc import Mapping

from audit.act import KeyKind
from casework.actor import Role
from casework.model.actor_key import RevokeReason
from casework.model.call import (
    AwayReason,
    DeclineReason,
    MarkKind,
    NoticeAnswer,
    PersonKind,
    Presence,
    Seat,
)
from casework.model.commitment import CommitmentState
from casework.model.decision import RefusalReason, Remedy, ReturnReason
from casework.model.key_finding import KeyFinding
from casework.model.line import LineLevel, Rung
from casework.model.material import MaterialSource
from casework.model.paper import PaperKind
from casework.model.rating import RatingLevel
from casework.model.supplement import NoticeChannel, NoticeReason
from casework.ports import TrackSource
from portal.call_words import CALL_KINDS, CALL_STATES, END_REASONS, GAP_CAUSES
from portal.case_words import CASE_STATES, CASE_TONES, OUTCOMES, PRIORITIES, ROADS
from portal.coded import choices, word
from portal.i18n import N_

__all__ = [
    "CALL_KINDS",
    "CALL_STATES",
    "CASE_STATES",
    "CASE_TONES",
    "END_REASONS",
    "GAP_CAUSES",
    "OUTCOMES",
    "PRIORITIES",
    "ROADS",
    "choices",
    "word",
]

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
PAPERS: Mapping[PaperKind, str] = {
    PaperKind.ACCEPTANCE_RECEIPT: N_("Acceptance receipt"),
    PaperKind.ONE_TIME_NOTICE: N_("One-time notice"),
    PaperKind.SUPPLEMENT_NOTICE: N_("Supplement notice"),
    PaperKind.DECISION: N_("Decision letter"),
    PaperKind.DELIVERY_RECEIPT: N_("Delivery receipt"),
    PaperKind.NEXT_STEPS: N_("Next-steps sheet"),
}
NOTICE_REASONS: Mapping[NoticeReason, str] = {
    NoticeReason.MISSING: N_("Not handed in"),
    NoticeReason.NOT_VALID: N_("Not valid any more"),
    NoticeReason.INCOMPLETE: N_("Not complete"),
    NoticeReason.CONTRADICTS: N_("Contradicts other papers or records"),
    NoticeReason.PROOF_NEEDED: N_("A proof is needed"),
    NoticeReason.STATEMENT_NEEDED: N_("A statement by the applicant is needed"),
    NoticeReason.OTHER: N_("Other (say what)"),
}
NOTICE_CHANNELS: Mapping[NoticeChannel, str] = {
    NoticeChannel.AT_WINDOW: N_("Handed over at the window and signed for"),
    NoticeChannel.IN_CALL: N_("Told in the call"),
}
MATERIAL_SOURCES: Mapping[MaterialSource, str] = {
    MaterialSource.STILL: N_("Photographed at the window"),
    MaterialSource.UPLOAD: N_("Uploaded"),
    MaterialSource.SIGNATURE: N_("Signed on the screen"),
    MaterialSource.SHARED_DATA: N_("Stated by the issuing authority"),
    MaterialSource.INTERNAL: N_("Taken over from another case"),
    MaterialSource.COMMITMENT: N_("A promise in its place"),
}
PROMISES: Mapping[CommitmentState, str] = {
    CommitmentState.STANDING: N_("Promised in its place"),
    CommitmentState.WITHDRAWN: N_("The promise was taken back"),
    CommitmentState.VERIFIED: N_("Promised, verified since"),
    CommitmentState.BREACHED: N_("Promised, found to be broken"),
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
    Role.USHER: N_("Usher"),
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
