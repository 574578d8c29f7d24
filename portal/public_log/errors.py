"""Why the log gives no proof."""

from casework.errors import DomainError


class NotInLog(DomainError):
    """No entry stands at this index here; `details`: `index`, the `size` of the log, and the time `as_of`
    which it has it (RFC 3339). A copy may be behind: it misses nothing that came later.
    """

    code = "E-06"
    slug = "not_in_log"


class LogBehindWitnesses(DomainError):
    """The log is smaller than what witnesses cosigned; `details`: its `size` and what was `cosigned`."""

    code = "E-07"
    slug = "log_behind_witnesses"


class LogUnreadable(DomainError):
    """The log's files are not there, cut, or not signed by the log's key."""

    code = "E-08"
    slug = "log_unreadable"
