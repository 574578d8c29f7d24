"""Words of a call's states, ends and gaps, as msgids: said alike wherever a case's story is told."""

from collections.abc import Mapping

from casework.model.call import CallKind, CallState, EndReason
from casework.ports import GapCause
from portal.i18n import N_

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
    CallKind.PRECHECK: N_("Pre-check"),
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
