"""Refusals about papers (casework.policy.paper_refusals)."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

PAPER_ROWS: dict[str, ErrorRow] = {
    "C-80": ErrorRow(
        409,
        N_("This paper is not printed now"),
        N_("Nothing was printed. Refresh the page: it lists the papers that the case has now."),
    ),
    "C-81": ErrorRow(
        503,
        N_("The template of this paper cannot be set"),
        N_(
            "Nothing was printed. Tell the administrator the name of the template; other papers can be printed."
        ),
    ),
    "C-83": ErrorRow(
        422,
        N_("This paper cannot be set: a character of it may be missing in the font"),
        N_(
            "Nothing was printed. Write this paper by hand, or print it without the rare character."
        ),
    ),
    "C-82": ErrorRow(
        409,
        N_("This copy cannot be made again as it was printed"),
        N_("The printed copy stays valid. Print another one, which is marked as a reprint."),
    ),
}
