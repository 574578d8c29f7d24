"""Refusals about visits and the pre-fill desk (casework.policy.visit_refusals)."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

VISIT_ROWS: dict[str, ErrorRow] = {
    "V-01": ErrorRow(
        409,
        N_("Window %(window)s was faster and serves this visit"),
        N_("Nothing was changed. Call the next one who waits."),
    ),
    "V-02": ErrorRow(
        409,
        N_("Visit %(number)s stands at this window"),
        N_("Nothing was changed. End that visit first, or send it back to wait."),
    ),
    "V-03": ErrorRow(
        404,
        N_("Nobody waits to be called"),
        N_("New visits appear by themselves. You can begin without a number meanwhile."),
    ),
    "V-04": ErrorRow(
        409,
        N_("This visit has ended"),
        N_("Nothing was changed. Its cases are kept; open a new visit if the person is back."),
    ),
    "V-05": ErrorRow(
        409,
        N_("This step does not begin where the visit stands"),
        N_("Nothing was changed. Refresh the page: it shows where the visit is."),
    ),
    "V-06": ErrorRow(
        409,
        N_("This draft was prepared at the pre-fill desk and nobody has taken it over"),
        N_("What was filled in is kept. Take it over first, then go on."),
    ),
    "V-07": ErrorRow(
        409,
        N_("Visit %(number)s does not stand at this window"),
        N_("Nothing was changed. Call the visit to this window first."),
    ),
    "V-08": ErrorRow(
        409,
        N_("A window has this case; the pre-fill desk cannot change it"),
        N_("What was filled in is kept. Tell the clerk what is to be corrected."),
    ),
    "V-09": ErrorRow(
        409,
        N_("No window of this outlet accepts cases"),
        N_("Nothing was changed. Ask the outlet lead or the administrator to open a window."),
    ),
}
