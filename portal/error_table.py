"""The one table of errors: stable code -> HTTP status and words.

The words say what happened (title), then what still works and what to do (detail). They may hold
`%(name)s` of the exception's details. The same rows answer HTTP, pages and the WebSocket.
"""

from dataclasses import dataclass

from portal.i18n import N_


@dataclass(frozen=True, slots=True)
class ErrorRow:
    status: int
    title: str
    detail: str


ERROR_TABLE: dict[str, ErrorRow] = {
    # Kernel
    "K-00": ErrorRow(
        409,
        N_("This cannot be done now"),
        N_("Nothing was changed. Refresh the page and try again, or ask the duty lead."),
    ),
    "K-01": ErrorRow(
        422,
        N_("Something filled in is not right"),
        N_("Everything else is kept. Correct the marked field and submit again."),
    ),
    "K-02": ErrorRow(
        404,
        N_("Not found"),
        N_("It does not exist or is not yours to see. Check the number and look it up again."),
    ),
    "K-03": ErrorRow(
        403,
        N_("Your post does not allow this"),
        N_(
            "Nothing was changed and you can go on with other work. Ask the duty lead if you need it."
        ),
    ),
    "K-04": ErrorRow(
        409,
        N_("Somebody changed this meanwhile"),
        N_("What you typed is still on the page. Refresh to see the new state, then go on."),
    ),
    "K-05": ErrorRow(
        409,
        N_("This was already submitted in another form"),
        N_("The first submission counts. Refresh the page to see it."),
    ),
    "K-06": ErrorRow(
        503,
        N_("The system is very busy"),
        N_("Nothing is lost and nothing was done. Try again in a few seconds."),
    ),
    "K-07": ErrorRow(
        503,
        N_("This could not be saved"),
        N_(
            "Running calls go on. What you typed is still on the page: try again, and tell the administrator if it repeats."
        ),
    ),
    "K-08": ErrorRow(
        410,
        N_("These contents were destroyed as the rules demand"),
        N_("Proofs and the list of acts can still be checked; the contents cannot be read again."),
    ),
    "K-09": ErrorRow(
        503,
        N_("News arrives late at the moment"),
        N_("Everything done is saved. Refresh the page to see the newest state."),
    ),
    # Pages and sign-in
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
    "P-99": ErrorRow(
        500,
        N_("Something went wrong on our side"),
        N_(
            "What was saved is kept and running calls go on. Try again; if it repeats, tell the administrator the number below."
        ),
    ),
}

UNLISTED = ERROR_TABLE["K-00"]


def row_of(code: str) -> ErrorRow:
    return ERROR_TABLE.get(code, UNLISTED)
