"""Refusals of making an evidence package."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

EVIDENCE_ROWS: dict[str, ErrorRow] = {
    "E-01": ErrorRow(
        409,
        N_("A call of this case is still running"),
        N_("Nothing was packed. Export the case once the call has ended."),
    ),
    "E-02": ErrorRow(
        503,
        N_("The log is behind"),
        N_("Everything is recorded; nothing was sealed. Try again in a minute."),
    ),
}
