"""Devices of windows, and the requests that they sign."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

DEVICE_ROWS: dict[str, ErrorRow] = {
    "W-01": ErrorRow(
        409,
        N_("This computer is not enrolled for the window"),
        N_(
            "No call was asked for. Ask the duty lead to enrol it, comparing the code on both screens."
        ),
    ),
    "W-02": ErrorRow(
        409,
        N_("This computer was revoked for the window"),
        N_("No call was asked for. The page makes a new key, which the duty lead must enrol."),
    ),
    "W-03": ErrorRow(
        409,
        N_("This key is known already, elsewhere or to an earlier log"),
        N_("Nothing was changed. The page makes a new key by itself."),
    ),
    "W-04": ErrorRow(
        409,
        N_("This request was numbered like an earlier one"),
        N_("No call was asked for. Press once more; the page counts on by itself."),
    ),
    "W-05": ErrorRow(
        422,
        N_("The request does not fit its signature"),
        N_("No call was asked for. Load the page again; if it repeats, tell the administrator."),
    ),
    "W-06": ErrorRow(
        409,
        N_("Calls must be asked for by an enrolled computer here"),
        N_("No call was asked for. Ask the duty lead to enrol this computer."),
    ),
    "W-07": ErrorRow(
        409,
        N_("The window has %(limit)s computers already"),
        N_("Nothing was changed. The duty lead revokes those that are not used any more."),
    ),
    "W-08": ErrorRow(
        409,
        N_("The desk does not have the call that this computer was given last"),
        N_(
            "No call was asked for. Tell the duty lead, who has the log audited, what you see here."
        ),
    ),
    "W-09": ErrorRow(
        409,
        N_("The desk's log never was as this computer saw it"),
        N_(
            "No call was asked for. Tell the duty lead, who has the log audited, what you see here."
        ),
    ),
    "W-10": ErrorRow(
        503,
        N_("The desk cannot read its log at the moment"),
        N_("No call was asked for. Try again in a minute; if it stays so, tell the administrator."),
    ),
}
