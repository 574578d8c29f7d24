"""Why an evidence package is not sealed, or not written again."""

from casework.errors import DomainError


class CallStillRunning(DomainError):
    """A call of the case or its recording has not ended, so it cannot be packed yet."""

    code = "E-01"
    slug = "call_still_running"


class NotLoggedInTime(DomainError):
    """Entries of the case did not come into the log in time; nothing was sealed."""

    code = "E-02"
    slug = "not_logged_in_time"


class PackageNotAsSealed(DomainError):
    """What the package is made of gives other bytes today than were sealed: an earlier version of the
    program sealed it, or something of it was changed since.
    """

    code = "E-10"
    slug = "package_not_as_sealed"
