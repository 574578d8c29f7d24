"""What a pre-check (预审) refuses. Codes from C-90."""

from casework.errors import DomainError


class PrecheckNotOver(DomainError):
    """A call about the draft's materials waits or runs: it is ended before the case is accepted."""

    code = "C-90"
    slug = "precheck_not_over"


class PrecheckDecidesNothing(DomainError):
    """The call was a pre-check: no decision and no notice rests on it."""

    code = "C-91"
    slug = "precheck_decides_nothing"


class NoPrecheck(DomainError):
    """Opinions are noted in a pre-check of this case in which the parties have met, and in no other call."""

    code = "C-92"
    slug = "no_precheck"
