"""Why the keys of a case are not destroyed."""

from casework.errors import DomainError


class ErasureOpen(DomainError):
    """Destruction was asked for already, or has been done."""

    code = "C-43"
    slug = "erasure_open"


class ErasureOver(DomainError):
    """The request was confirmed or withdrawn meanwhile."""

    code = "C-44"
    slug = "erasure_over"


class SecondPersonNeeded(DomainError):
    """Who asked for the destruction may not confirm it."""

    code = "C-45"
    slug = "second_person_needed"


class ErasureTooEarly(DomainError):
    """The time for second thoughts is not over; `details["not_before_ms"]` is its end."""

    code = "C-46"
    slug = "erasure_too_early"


class CallNotOver(DomainError):
    """A call of the case goes on, or its recording has not ended."""

    code = "C-47"
    slug = "call_not_over"
