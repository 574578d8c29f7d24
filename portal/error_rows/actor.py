"""Keys of members of staff, and what they sign."""

from portal.error_rows.row import ErrorRow
from portal.i18n import N_

ACTOR_ROWS = {
    "A-01": ErrorRow(
        409,
        N_("The signing key of this browser is not known here"),
        N_("Nothing was decided. The page makes the key known and signs again by itself."),
    ),
    "A-02": ErrorRow(
        409,
        N_("The signing key of this browser was revoked"),
        N_("Nothing was decided. The page makes a new key and signs again by itself."),
    ),
    "A-03": ErrorRow(
        409,
        N_("This signing key belongs to somebody else"),
        N_("The page makes a new key by itself."),
    ),
    "A-04": ErrorRow(
        409,
        N_("%(limit)s signing keys of yours are valid; there cannot be more"),
        N_("Revoke keys of browsers that you do not use any more."),
    ),
    "A-05": ErrorRow(
        409,
        N_("Something was noted on the case while you signed"),
        N_(
            "Nothing was decided. The page signs again by itself; if it repeats, confirm once more."
        ),
    ),
    "A-06": ErrorRow(
        422,
        N_("The signature does not fit what would be decided"),
        N_("Nothing was decided. Load the page again; if it repeats, tell the administrator."),
    ),
    "A-07": ErrorRow(
        409,
        N_("Decisions must be signed here, and this browser did not sign"),
        N_("Nothing was decided. Use a present browser that may keep data for this site."),
    ),
    "A-08": ErrorRow(
        409,
        N_("This security key counts lower than before: there may be a copy of it"),
        N_("Nothing was decided. Tell the duty lead, and have the key revoked."),
    ),
    "A-09": ErrorRow(
        409,
        N_("Decisions must be signed with a security key here"),
        N_("Nothing was decided. Make a security key known on the page of your signing keys."),
    ),
    "A-10": ErrorRow(
        409,
        N_("Security keys cannot be used at this address"),
        N_(
            "They need an address of https with a name, which the administrator enters in the settings."
        ),
    ),
}
