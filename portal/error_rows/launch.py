"""Refused launches of an intake platform (casework.policy.launch_refusals)."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

LAUNCH_ROWS: dict[str, ErrorRow] = {
    "J-01": ErrorRow(
        400,
        N_("This is no launch of an intake platform"),
        N_("Nothing was kept. The platform corrects the member that is named and sends it again."),
    ),
    "J-02": ErrorRow(
        401,
        N_("The launch is not trusted"),
        N_(
            "Nothing was kept. Check platform, key, signature and audience against what the administrator registered."
        ),
    ),
    "J-03": ErrorRow(
        400,
        N_("The time of the launch does not hold"),
        N_("Nothing was kept. Set the platform's clock right, and sign a new launch."),
    ),
    "J-04": ErrorRow(
        409,
        N_("This launch was used already"),
        N_("Nothing was changed. Sign a new launch; the same reference leads to the same case."),
    ),
    "J-05": ErrorRow(
        413,
        N_("The launch is too large"),
        N_("Nothing was kept. Send fields only; papers are taken at the window."),
    ),
    "J-06": ErrorRow(
        403,
        N_("The platform may not launch at this place"),
        N_(
            "Nothing was kept. The administrator says at which outlets a platform may launch; window and clerk must be there."
        ),
    ),
    "J-07": ErrorRow(
        409,
        N_("The fields of this item are not mapped yet"),
        N_("Nothing was kept. The administrator maps them; meanwhile open the case at the window."),
    ),
    "J-08": ErrorRow(
        404,
        N_("This link does not lead anywhere any more"),
        N_(
            "No case was opened by it. Go back to the intake platform and open it again; the same matter leads to the same case."
        ),
    ),
    "J-09": ErrorRow(
        403,
        N_("This link was made for another place"),
        N_(
            "No case was opened by it. Open it at the window and by the clerk for whom it was made, or make a new one on the platform."
        ),
    ),
    "J-10": ErrorRow(
        409,
        N_("A colleague has opened this already"),
        N_("Nothing was changed. The case is in the list of drafts of your outlet."),
    ),
    "J-11": ErrorRow(
        429,
        N_("Too many launches wait to be opened"),
        N_("Nothing was kept. Try again in a few minutes: those that nobody opens run out."),
    ),
    "J-12": ErrorRow(
        422,
        N_("This key cannot be used"),
        N_(
            "Nothing was changed. Enter a public key, P-256 or Ed25519, as PEM or JWK. If you entered a private key, it must not be used any more."
        ),
    ),
}
