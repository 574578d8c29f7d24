"""Refusals about where a material comes from (casework.policy.material_refusals)."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

MATERIAL_ROWS: dict[str, ErrorRow] = {
    "C-100": ErrorRow(
        409,
        N_("What was to be promised changed before it was signed"),
        N_("Nothing was signed. Show the promise again and have it read once more."),
    ),
    "C-101": ErrorRow(
        409,
        N_("This applicant cannot make a promise: an earlier one was broken"),
        N_("The case goes on as usual. Please bring the material itself."),
    ),
    "C-102": ErrorRow(
        409,
        N_("This promise was taken back or verified already"),
        N_("Nothing was changed. Refresh the page to see where it stands."),
    ),
    "C-103": ErrorRow(
        409,
        N_("This material cannot come from there"),
        N_("Nothing was changed. Take a picture of the original, or upload a copy."),
    ),
    "C-104": ErrorRow(
        409,
        N_("This belongs to another applicant"),
        N_("It does not count here. Take a picture of the original, or upload a copy."),
    ),
    "C-106": ErrorRow(
        409,
        N_("The office still has originals of the applicant's"),
        N_(
            "The case stays open. Give the originals back, hand them to the archive, or write down why they stay."
        ),
    ),
    "C-107": ErrorRow(
        409,
        N_("This original was given back or archived already"),
        N_("Nothing was changed. Refresh the page to see where it is."),
    ),
    "C-108": ErrorRow(
        415,
        N_("This PDF holds scripts or actions"),
        N_("Nothing was added. Save it as a plain PDF, or take a picture of its pages."),
    ),
    "C-109": ErrorRow(
        422,
        N_("This material cannot be shown"),
        N_("It is kept as it was brought. Ask for a picture of it instead."),
    ),
    "C-105": ErrorRow(
        503,
        N_("No source is set up here that could be asked for this material"),
        N_("Nobody was asked. Take a picture of the original, or upload a copy."),
    ),
}
