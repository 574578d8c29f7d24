"""Why a notice, its supplement or a further round is refused."""

from casework.errors import DomainError


class PointsMissing(DomainError):
    """A notice without a point tells nothing."""

    code = "C-60"
    slug = "points_missing"


class SecondNoticeNotAllowed(DomainError):
    """The list is given once: a further one needs a duty lead's leave, given before."""

    code = "C-61"
    slug = "second_notice_not_allowed"


class PointsUnanswered(DomainError):
    """`details["points"]` are the numbers of those neither supplied nor explained."""

    code = "C-62"
    slug = "points_unanswered"


class NoticeNotGiven(DomainError):
    """The citizen has not been told yet: no paper signed for, not told in a call."""

    code = "C-63"
    slug = "notice_not_given"


class SecondNoticeAsked(DomainError):
    """A further round was asked for already, and the duty lead has not answered or allowed it."""

    code = "C-64"
    slug = "second_notice_asked"


class NoSecondNoticeAsked(DomainError):
    """Nobody asks for a further round, or it was answered already."""

    code = "C-65"
    slug = "no_second_notice_asked"


class NoticeGivenAlready(DomainError):
    """The citizen was told this list before."""

    code = "C-66"
    slug = "notice_given_already"
