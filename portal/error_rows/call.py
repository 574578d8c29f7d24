"""Refusals of acts on a call (casework.policy.call_refusals) and of its media (signaling.relay)."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

CALL_ROWS: dict[str, ErrorRow] = {
    "L-01": ErrorRow(
        409,
        N_("The call does not stand where this is possible"),
        N_("The call goes on. The page shows what can be done now."),
    ),
    "L-02": ErrorRow(
        403,
        N_("You have no part in this call"),
        N_("Nothing was changed. Go back to your desk."),
    ),
    "L-03": ErrorRow(
        409,
        N_("This window has a call already"),
        N_("That call goes on. End it before you start another."),
    ),
    "L-04": ErrorRow(
        409,
        N_("You are not free for a call"),
        N_("Finish the present call or its notes, or come back on duty, then try again."),
    ),
    "L-05": ErrorRow(
        409,
        N_("The ringing is over"),
        N_("The call was answered, taken back, or went to a colleague. You stay on duty."),
    ),
    "L-06": ErrorRow(
        422,
        N_("The text of the notice is out of date"),
        N_("No answer was noted. Refresh the page and answer again."),
    ),
    "L-07": ErrorRow(
        409,
        N_("No call is possible for this case now"),
        N_("The case is kept. Accept it first, or choose desk review."),
    ),
    "L-08": ErrorRow(
        409,
        N_("This window has no equipment for a call"),
        N_("The case is kept. Choose desk review, and tell the administrator."),
    ),
    "L-09": ErrorRow(
        403,
        N_("The pairing code is not valid"),
        N_("It may be mistyped, used or too old. Ask the clerk for a new code and enter it again."),
    ),
    "L-10": ErrorRow(
        409,
        N_("The call moved to another server"),
        N_("It goes on there by itself. Nothing needs to be done."),
    ),
    "L-11": ErrorRow(
        409,
        N_("Nothing needs to be checked again"),
        N_("The call goes on."),
    ),
    "L-12": ErrorRow(
        403,
        N_("This place in the call is not yours"),
        N_("The call goes on. Open it from your own desk."),
    ),
    "L-13": ErrorRow(
        409,
        N_("A report of the recording came out of order"),
        N_("It is sent again by itself. Nothing needs to be done."),
    ),
    "M-00": ErrorRow(
        409,
        N_("The picture connection was refused"),
        N_("The case is kept and sound may go on. The page tries again by itself."),
    ),
    "M-01": ErrorRow(
        409,
        N_("The call is not open any more"),
        N_("The case is kept. Call again if it is still needed."),
    ),
    "M-02": ErrorRow(
        409,
        N_("This page is not in the call any more"),
        N_("The case is kept. The page joins again by itself."),
    ),
    "M-03": ErrorRow(
        409,
        N_("An older connection was answered"),
        N_("Nothing is lost. The page goes on with the newest one by itself."),
    ),
    "M-04": ErrorRow(
        422,
        N_("The browser's answer does not fit"),
        N_("The case is kept. Refresh the page; if it repeats, use another browser."),
    ),
    "M-05": ErrorRow(
        503,
        N_("All lines are taken"),
        N_("The case is kept. Wait a moment, or choose desk review."),
    ),
    "M-06": ErrorRow(
        422,
        N_("These cameras and microphones do not go together"),
        N_("The case is kept. Choose each camera once and try again."),
    ),
}
