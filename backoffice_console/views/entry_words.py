"""What an entry of the log is called on a timeline, and which icon stands before it."""

from collections.abc import Mapping

from portal.i18n import N_

# type -> (msgid, icon, tone). What stands here is shown; the rest is shown by its type.
ENTRY_WORDS: Mapping[str, tuple[str, str, str]] = {
    "desk.case.opened": (N_("Case opened"), "plus", ""),
    "desk.identity.confirmed": (N_("Identity confirmed at the window"), "identity", "ok"),
    "desk.case.form_saved": (N_("Form saved"), "pen", ""),
    "desk.material.added": (N_("Material added"), "document", ""),
    "desk.material.checked": (N_("Material checked"), "check", ""),
    "desk.application.read_back": (N_("Application read back"), "speaker", ""),
    "desk.application.signed": (N_("Application signed"), "pen", "ok"),
    "desk.case.accepted": (N_("Accepted"), "inbox", "brand"),
    "desk.case.road_changed": (N_("Road changed"), "transfer", ""),
    "desk.case.taken": (N_("Taken into review"), "reviewer", "brand"),
    "desk.case.released": (N_("Given back to the pool"), "return", ""),
    "desk.case.returned": (N_("Returned to the window"), "return", "warn"),
    "desk.case.mended": (N_("Mended at the window"), "retake", ""),
    "desk.identity.confirmed_on_camera": (N_("Identity confirmed on camera"), "video", "ok"),
    "desk.decision.prepared": (N_("Decision prepared"), "stamp", ""),
    "desk.decision.reverted": (N_("Decision taken back"), "return", "warn"),
    "decision.confirmed": (N_("Decision confirmed"), "stamp", "ok"),
    "desk.case.handed_back": (N_("Handed back to the window"), "send", "brand"),
    "desk.receiver.checked": (N_("Receiver checked"), "identity", ""),
    "desk.case.issued": (N_("Result issued"), "printer", "ok"),
    "desk.case.completed": (N_("Completed"), "check-circle", "ok"),
    "desk.case.withdrawn": (N_("Withdrawn by the applicant"), "close", "warn"),
    "desk.case.rated": (N_("Rated by the citizen"), "star", ""),
    "desk.case.viewed": (N_("Looked into"), "eye", ""),
    "desk.field.revealed": (N_("Masked value revealed"), "eye", ""),
    "desk.recording.viewed": (N_("Recording played"), "play", ""),
    "desk.call.requested": (N_("Call requested"), "phone", ""),
    "desk.call.offered": (N_("Rang at a reviewer"), "bell", ""),
    "desk.call.accepted": (N_("Call taken"), "phone", "ok"),
    "desk.call.declined": (N_("Not taken now"), "phone-end", "warn"),
    "desk.call.missed": (N_("Call missed"), "phone-end", "warn"),
    "desk.call.cancelled": (N_("Call cancelled"), "phone-end", ""),
    "desk.call.consent": (N_("Waiting for the answer to the notice"), "record", ""),
    "desk.call.person_added": (N_("Person added to the call"), "user", ""),
    "desk.call.worker_lost": (N_("Media service lost, another takes over"), "line-off", "bad"),
    "desk.case.called": (N_("Call begun about the case"), "phone", ""),
    "desk.leg.joined": (N_("Page connected"), "video", ""),
    "desk.leg.left": (N_("Page left"), "video-off", ""),
    "desk.leg.admitted": (N_("Media admitted"), "video", ""),
    "desk.room.leased": (N_("Room opened"), "chain", ""),
    "desk.receipt.printed": (N_("Receipt printed"), "printer", ""),
    "rec.expect": (N_("Expected tracks changed"), "record", ""),
    "desk.call.interrupted": (N_("Call interrupted"), "line-off", "bad"),
    "desk.call.rechecked": (N_("Identity checked again"), "identity", "ok"),
    "desk.call.ended": (N_("Call ended"), "phone-end", ""),
    "desk.call.closed": (N_("Wrap-up closed"), "check", ""),
    "desk.call.case_attached": (N_("Case attached to the call"), "documents", ""),
    "desk.notice.answered": (N_("Recording notice answered"), "record", "ok"),
    "desk.consent.withdrawn": (N_("Consent withdrawn"), "record", "bad"),
    "desk.mark.recorded": (N_("Mark placed"), "star", ""),
    "rec.start": (N_("Recording began"), "record", "ok"),
    "rec.part": (N_("Recording part opened"), "record", ""),
    "rec.head": (N_("Recording confirmed"), "chain", ""),
    "rec.gap": (N_("Gap in the recording"), "alert", "warn"),
    "rec.fault": (N_("Recording fault"), "alert", "bad"),
    "rec.late": (N_("Recording handed in late"), "clock", "warn"),
    "rec.end": (N_("Recording ended"), "record", ""),
    "package.sealed": (N_("Evidence package sealed"), "shield-check", "ok"),
}

# Routine facts of the recorder: folded away unless asked for.
ROUTINE = frozenset(
    {"rec.head", "rec.part", "desk.leg.joined", "desk.leg.left", "desk.room.leased"}
)
