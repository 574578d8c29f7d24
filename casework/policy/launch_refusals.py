"""Why a launch of a platform is refused, to the platform or to the clerk. The letter J stands for it."""

from casework.errors import DomainError


class LaunchMalformed(DomainError):
    """No launch at all: `details["field"]` is the claim that is missing or wrong, `header`, `token` or
    `payload`.
    """

    code = "J-01"
    slug = "launch_malformed"


class LaunchNotTrusted(DomainError):
    """Platform, key, signature or audience does not hold; which of them is not told."""

    code = "J-02"
    slug = "launch_not_trusted"


class LaunchOutOfTime(DomainError):
    """`details["reason"]`: `expired`, `future`, or `life` for one that would live too long."""

    code = "J-03"
    slug = "launch_out_of_time"


class LaunchReplayed(DomainError):
    """The `jti` was used before, by another launch or by this one, which was opened since."""

    code = "J-04"
    slug = "launch_replayed"


class LaunchTooLarge(DomainError):
    """`details["limit"]` is the number of bytes that a launch may have."""

    code = "J-05"
    slug = "launch_too_large"


class LaunchPlaceRefused(DomainError):
    """The platform may not launch there: `details["field"]` is `outlet`, `window` or `clerk`."""

    code = "J-06"
    slug = "launch_place_refused"


class LaunchNotMapped(DomainError):
    """Nobody has said yet where this platform's fields belong in the item."""

    code = "J-07"
    slug = "launch_not_mapped"


class LaunchGone(DomainError):
    """There is no such link, it ran out, or the platform may not launch there any more."""

    code = "J-08"
    slug = "launch_gone"


class LaunchElsewhere(DomainError):
    """The link belongs to another outlet, another window or another clerk."""

    code = "J-09"
    slug = "launch_elsewhere"


class LaunchOpened(DomainError):
    """A colleague opened it; `details["number"]` is the case, `details["clerk"]` the work number."""

    code = "J-10"
    slug = "launch_opened"


class LaunchesWait(DomainError):
    """Too many launches of the platform wait to be opened."""

    code = "J-11"
    slug = "launches_wait"


class PlatformKeyUnfit(DomainError):
    """`details["reason"]`: `private`, `kind` (neither P-256 nor Ed25519) or `unreadable`."""

    code = "J-12"
    slug = "platform_key_unfit"
