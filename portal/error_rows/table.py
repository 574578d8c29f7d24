"""Workbooks that people hand to the desk (casework.tables.errors)."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

TABLE_ROWS: dict[str, ErrorRow] = {
    "T-01": ErrorRow(
        415,
        N_("This file is no workbook that can be read"),
        N_("Nothing was taken over. Save it as .xlsx in the spreadsheet and hand it in again."),
    ),
    "T-02": ErrorRow(
        413,
        N_("This workbook is too large"),
        N_(
            "Nothing was taken over. At most 5,000 rows a sheet and 5 MB are read: divide it, or delete what is empty."
        ),
    ),
    "T-03": ErrorRow(
        422,
        N_("This workbook is not opened for safety"),
        N_(
            "Nothing was taken over. Take its password away, or copy its cells into an empty template."
        ),
    ),
    "T-04": ErrorRow(
        422,
        N_("%(count)s cells cannot be taken over"),
        N_(
            "Nothing was taken over. Mend the cells that are listed and hand the workbook in again."
        ),
    ),
}
