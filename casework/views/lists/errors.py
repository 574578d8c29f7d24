"""What a list refuses. The page stays usable: it says so, and shows its filters."""

from casework.errors import DomainError


class FilterRefused(DomainError):
    """A filter cannot be read; `details["field"]` names the first wrong member of the address."""

    code = "K-10"
    slug = "filter_refused"


class PlaceLost(DomainError):
    """A cursor that this program did not give out for this list and this person."""

    code = "K-11"
    slug = "place_lost"


class FilterNotKept(DomainError):
    """`details["reason"]`: `nothing` (it narrows nothing), `person` (it finds one applicant or one case),
    `long` or `many`.
    """

    code = "K-12"
    slug = "filter_not_kept"
