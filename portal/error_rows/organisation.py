"""Refused changes of outlets, windows, groups, staff and posts (casework.policy.organisation_refusals)."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

ORGANISATION_ROWS: dict[str, ErrorRow] = {
    "O-01": ErrorRow(
        409,
        N_("There is one of this name or number already"),
        N_("Nothing was changed. Choose another one, or change the one that exists."),
    ),
    "O-02": ErrorRow(
        409,
        N_("It is still in use and cannot be closed"),
        N_(
            "Nothing was changed. Close its windows, move its staff, and finish its calls and cases first."
        ),
    ),
    "O-03": ErrorRow(
        409,
        N_("One person may not hold these posts together"),
        N_(
            "Nothing was changed. Who accepts does not review, and who audits or administers does neither."
        ),
    ),
    "O-04": ErrorRow(
        403,
        N_("Nobody changes his own posts and account"),
        N_("Nothing was changed. Ask another administrator."),
    ),
    "O-05": ErrorRow(
        409,
        N_("Staff of a bank or another host hold posts at outlets only"),
        N_("Nothing was changed. Check the employer, or choose a post at an outlet."),
    ),
    "O-06": ErrorRow(
        409,
        N_("It is closed already"),
        N_("Nothing was changed. What is closed is not opened again: make a new one."),
    ),
    "O-07": ErrorRow(
        409,
        N_("Post and place do not fit"),
        N_(
            "Nothing was changed. Clerks and outlet leads belong to an outlet, everybody else to the hall; a certificate needs a reviewer's post."
        ),
    ),
    "O-08": ErrorRow(
        409,
        N_("This installation has begun already"),
        N_("Nothing was changed. An administrator makes the changes on the pages."),
    ),
    "O-09": ErrorRow(
        409,
        N_("Nobody would be left who may administer"),
        N_("Nothing was changed. Give another person an administrator's post first."),
    ),
}
