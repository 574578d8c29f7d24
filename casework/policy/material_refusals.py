"""What is refused about where a material comes from."""

from casework.errors import DomainError


class CommitmentChanged(DomainError):
    """What was signed is not, or no longer, what is promised."""

    code = "C-100"
    slug = "commitment_changed"


class CommitmentBarred(DomainError):
    """A broken promise of this applicant is on record."""

    code = "C-101"
    slug = "commitment_barred"


class CommitmentOver(DomainError):
    """It was withdrawn or verified meanwhile; `details["state"]`."""

    code = "C-102"
    slug = "commitment_over"


class SourceNotAllowed(DomainError):
    """The item does not let this material come from there; `details["source"]`."""

    code = "C-103"
    slug = "source_not_allowed"


class SourceNotSet(DomainError):
    """The item would let an authority be asked, but none is set up for this material here."""

    code = "C-105"
    slug = "source_not_set"


class OriginalsHeld(DomainError):
    """The office still has paper originals of the applicant's; `details["materials"]`."""

    code = "C-106"
    slug = "originals_held"


class OriginalNotHeld(DomainError):
    """It was given back or archived already; `details["state"]`."""

    code = "C-107"
    slug = "original_not_held"


class MaterialActive(DomainError):
    """A PDF that would run, play or fetch something; `details["active"]`."""

    code = "C-108"
    slug = "material_active"


class ViewNotMade(DomainError):
    """What is to be shown could not be marked within its limits; the original is kept as it is."""

    code = "C-109"
    slug = "view_not_made"


class AnotherApplicant(DomainError):
    """A case, or a material, is of another applicant than this one."""

    code = "C-104"
    slug = "another_applicant"
