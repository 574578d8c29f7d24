"""What pages say of a cell that cannot stand."""

from casework.tables.bad_cell import Fault
from portal.i18n import N_

FAULTS: dict[Fault, str] = {
    Fault.SHEET_MISSING: N_("This sheet is missing"),
    Fault.COLUMN_MISSING: N_("This column is missing"),
    Fault.COLUMN_UNKNOWN: N_("No column is called so"),
    Fault.COLUMN_REPEATED: N_("This column stands here twice"),
    Fault.EMPTY: N_("Must be filled in"),
    Fault.TOO_LONG: N_("Too long"),
    Fault.NOT_A_CHOICE: N_("Not one of the choices"),
    Fault.MALFORMED: N_("Not written as it must be"),
    Fault.FORMULA_ERROR: N_("The formula has no value"),
    Fault.NUMBER_LOST_DIGITS: N_("The spreadsheet lost digits: write it as text"),
    Fault.REPEATED: N_("Stands in this workbook twice"),
    Fault.UNKNOWN_REFERENCE: N_("There is none of this name"),
    Fault.EXISTS_ALREADY: N_("Exists already"),
    Fault.NOT_TOGETHER: N_("May not stand together"),
    Fault.TOO_MANY_ROWS: N_("There may be no more rows than these"),
}
