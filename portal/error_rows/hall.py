"""Refusals of the hall's pages (backoffice_console.errors)."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

HALL_ROWS: dict[str, ErrorRow] = {
    "B-01": ErrorRow(
        403,
        N_("Say why you look into this case"),
        N_("Nothing was opened. State the purpose, then open it."),
    ),
    "B-02": ErrorRow(
        422,
        N_("The recording cannot be read to its end"),
        N_("What comes before plays. Verify the case to see what is damaged."),
    ),
}
