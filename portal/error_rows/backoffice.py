"""Refusals of the hall's pages (backoffice_console.errors)."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

BACKOFFICE_ROWS: dict[str, ErrorRow] = {
    "B-01": ErrorRow(
        403,
        N_("Please say first why you look into this case"),
        N_(
            "A stated purpose holds for one hour. Open the case again from the list and state it anew."
        ),
    ),
    "B-02": ErrorRow(
        500,
        N_("The recording cannot be read here"),
        N_(
            "Part %(part)s stops at record %(record)s. The evidence is left as it is; run the verification, which names what is wrong."
        ),
    ),
}
