"""Refusals of the web shell (portal.errors)."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

PAGE_ROWS: dict[str, ErrorRow] = {
    "P-01": ErrorRow(
        401,
        N_("Please sign in"),
        N_("You are not signed in at this door, or the sign-in has run out. Saved work is kept."),
    ),
    "P-02": ErrorRow(
        403,
        N_("This page belongs to another door"),
        N_("Your own sign-in stays valid. Go back to your desk, or sign in at the right door."),
    ),
    "P-03": ErrorRow(
        403,
        N_("The request came from another site and was refused"),
        N_("Nothing was changed. Open this system from its own address and try again."),
    ),
    "P-04": ErrorRow(
        401,
        N_("Staff number or password is not right"),
        N_("Check both and the door you chose, then try again. Forgotten: ask the administrator."),
    ),
    "P-05": ErrorRow(
        429,
        N_("This number is locked for now"),
        N_(
            "There were too many wrong passwords. Try again in %(minutes)s minutes, or ask the administrator to unlock it."
        ),
    ),
    "P-06": ErrorRow(
        429,
        N_("Too many tries"),
        N_("Wait a minute, then try again."),
    ),
    "P-07": ErrorRow(
        409,
        N_("Please choose your window first"),
        N_("You are signed in. Choose the window you sit at, then go on."),
    ),
    "P-08": ErrorRow(
        413,
        N_("The file is too large"),
        N_(
            "Nothing was uploaded and the rest of the page is kept. Take it again or choose a smaller file."
        ),
    ),
    "P-09": ErrorRow(
        404,
        N_("There is no such page"),
        N_("The address may be mistyped or out of date. Go back to the doors and look from there."),
    ),
    "P-10": ErrorRow(
        405,
        N_("This address does not take that kind of request"),
        N_("Nothing was changed. Go back and use the buttons on the page."),
    ),
    "P-11": ErrorRow(
        400,
        N_("The request could not be read"),
        N_("Nothing was changed. Refresh the page and try again."),
    ),
    "P-12": ErrorRow(
        503,
        N_("The log cannot be compared with what this browser kept of it"),
        N_("Go on working. If this stays for more than an hour, tell the auditor."),
    ),
    "P-13": ErrorRow(
        403,
        N_("Please choose a password of your own first"),
        N_(
            "You are signed in. The first password is known to the administrator: change it, then go on."
        ),
    ),
    "P-14": ErrorRow(
        422,
        N_("The new password cannot be taken"),
        N_(
            "Your password is as it was. The new one needs 10 to 200 characters, differs from the old one, and does not hold your staff number; both times it must be the same."
        ),
    ),
    "P-99": ErrorRow(
        500,
        N_("Something went wrong on our side"),
        N_(
            "What was saved is kept and running calls go on. Try again; if it repeats, tell the administrator the number below."
        ),
    ),
}
