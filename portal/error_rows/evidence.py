"""Refusals of making an evidence package, or a derived view of a recording."""

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
    "E-03": ErrorRow(
        409,
        N_("The call is still being recorded"),
        N_("Nothing was made. Try again once the recording has ended."),
    ),
    "E-04": ErrorRow(
        409,
        N_("%(file)s is there already"),
        N_("Nothing was replaced. Choose another name, or say that it may be replaced."),
    ),
    "E-05": ErrorRow(
        409,
        N_("This file is being made already"),
        N_("Wait until the other run has ended, or choose another name."),
    ),
    "E-06": ErrorRow(
        404,
        N_("The log shown here has no such entry yet"),
        N_("As of %(as_of)s it has %(size)s entries. What was printed after that is there later."),
    ),
    "E-07": ErrorRow(
        503,
        N_("The log is shorter than what witnesses signed"),
        N_("Nothing can be proved from it now. Tell the auditor."),
    ),
    "E-08": ErrorRow(
        503,
        N_("The log cannot be read now"),
        N_("This says nothing about a receipt. Try again later."),
    ),
    "E-09": ErrorRow(
        409,
        N_("The log that this package stands in was lost"),
        N_("Export the case again: the new package has its proofs in the log that followed."),
    ),
    "E-10": ErrorRow(
        409,
        N_("This package cannot be made again as it was sealed"),
        N_(
            "Export the case anew. If the program was not updated since it was sealed, something that it holds was changed, which has to be looked into."
        ),
    ),
}
