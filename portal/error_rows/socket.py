"""Refusals of the page's socket (signaling.protocol.errors)."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

SOCKET_ROWS: dict[str, ErrorRow] = {
    "S-01": ErrorRow(
        400,
        N_("The page sent something that cannot be read"),
        N_("Nothing was changed. Refresh the page and go on."),
    ),
    "S-02": ErrorRow(
        400,
        N_("The page and the server are of different versions"),
        N_("Saved work is kept. Refresh the page and go on."),
    ),
    "S-03": ErrorRow(
        429,
        N_("The page sends too much"),
        N_("Saved work is kept. Wait a moment, then refresh the page."),
    ),
    "S-04": ErrorRow(
        403,
        N_("This door cannot do that"),
        N_("Nothing was changed. Go on from the right door."),
    ),
    "S-05": ErrorRow(
        403,
        N_("These news are not for you"),
        N_("Your other work goes on. Go back to your desk."),
    ),
    "S-06": ErrorRow(
        429,
        N_("Too many things are open in this page"),
        N_("What is open goes on. Close some of them, or open another page."),
    ),
    "S-07": ErrorRow(
        403,
        N_("This picture connection belongs to another page"),
        N_("The call goes on there. Close the other page, or join again here."),
    ),
    "S-08": ErrorRow(
        503,
        N_("No line for pictures is free at the moment"),
        N_("The call waits and goes on by itself. Desk review is possible meanwhile."),
    ),
    "S-09": ErrorRow(
        409,
        N_("The picture connection was not accepted"),
        N_("The case is kept. The page tries again by itself."),
    ),
    "S-10": ErrorRow(
        409,
        N_("This picture connection belongs to another page"),
        N_("The call goes on there. Close the other page, or join again here."),
    ),
}
