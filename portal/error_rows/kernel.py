"""Refusals of the kernel itself (casework.errors)."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

KERNEL_ROWS: dict[str, ErrorRow] = {
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
    "K-10": ErrorRow(
        422,
        N_("This filter cannot be read"),
        N_(
            "No case is shown, so that none is missing unnoticed. Correct the marked filter and search again."
        ),
    ),
    "K-11": ErrorRow(
        422,
        N_("This place in the list is not known any more"),
        N_("Nothing is lost. Begin again at the first page."),
    ),
    "K-12": ErrorRow(
        422,
        N_("This filter is not kept"),
        N_(
            "The list is as before. What is kept narrows a list, names no single person or case, and is one of at most 20: take one away, or choose another."
        ),
    ),
}
