"""Notices, supplements, and the leave for a further round."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

SUPPLEMENT_ROWS = {
    "C-60": ErrorRow(
        422,
        N_("Say what the citizen has to supply"),
        N_("What was filled in is kept. Name every missing thing at once, then send the list."),
    ),
    "C-61": ErrorRow(
        409,
        N_("The citizen was told once already; a further list needs the duty lead's leave"),
        N_("What was filled in is kept. Ask the duty lead with a reason, and send it after leave."),
    ),
    "C-62": ErrorRow(
        409,
        N_("Not every point of the list has been answered"),
        N_("What was supplied is kept. Supply or explain the marked points, then submit again."),
    ),
    "C-63": ErrorRow(
        409,
        N_("The citizen has not been given the list yet"),
        N_("Print the list, let the citizen sign for it, and take a picture of the signed paper."),
    ),
    "C-64": ErrorRow(
        409,
        N_("Leave for a further list was asked for already"),
        N_("Nothing was changed. Refresh the page to see what the duty lead answered."),
    ),
    "C-65": ErrorRow(
        409,
        N_("Nobody asks for leave in this case any more"),
        N_("Nothing was changed. Refresh the page to see how it was answered."),
    ),
    "C-66": ErrorRow(
        409,
        N_("The citizen was given this list already"),
        N_("Nothing was changed. Go on with what the citizen brings."),
    ),
}
