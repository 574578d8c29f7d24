"""The pre-check on camera, before acceptance."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

PRECHECK_ROWS = {
    "C-90": ErrorRow(
        409,
        N_("The pre-check of this case is not over"),
        N_("The case is kept as it is. End or cancel the call, then accept the case."),
    ),
    "C-91": ErrorRow(
        409,
        N_("Nothing is decided in a pre-check"),
        N_(
            "The case is kept as it is. After acceptance it is reviewed at the desk or in a call of its own."
        ),
    ),
    "C-92": ErrorRow(
        409,
        N_("An opinion is noted only in a pre-check of this case, once everybody is connected"),
        N_("Nothing was noted. In a review, check the materials themselves instead."),
    ),
}
