"""Why a result does not reach the applicant in this way. Codes from C-70."""

from casework.errors import DomainError


class WrongChannel(DomainError):
    """The act does not belong to the way in which the result is to reach the applicant;
    `details["channel"]`.
    """

    code = "C-70"
    slug = "wrong_channel"
