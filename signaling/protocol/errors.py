"""What the socket itself refuses; refusals of acts keep their own codes."""

from casework.errors import DomainError


class BadMessage(DomainError):
    """Not JSON, not an object, or a member breaks its format; `details["where"]` names it."""

    code = "S-01"
    slug = "bad_message"


class UnknownMessage(DomainError):
    """No message has this type."""

    code = "S-02"
    slug = "unknown_message"


class TooManyMessages(DomainError):
    """The page sends faster than any page needs to."""

    code = "S-03"
    slug = "too_many_messages"


class DoorMayNotAsk(DomainError):
    """This door sends no such message; `details["type"]` names it."""

    code = "S-04"
    slug = "door_may_not_ask"


class StreamForbidden(DomainError):
    """No such stream, or none that this actor may follow."""

    code = "S-05"
    slug = "stream_forbidden"


class TooManyStreams(DomainError):
    """A page follows at most 32 streams."""

    code = "S-06"
    slug = "too_many_streams"


class LegNotYours(DomainError):
    """Another page sits on this leg, or nobody does: join it first."""

    code = "S-07"
    slug = "leg_not_yours"


class NewerPage(DomainError):
    """A newer page sat down on this leg: the one that asks has no connection there any more."""

    code = "S-10"
    slug = "newer_page"


class NoMediaWorker(DomainError):
    """No media worker is there now; the call waits for one and goes on by itself."""

    code = "S-08"
    slug = "no_media_worker"


class MediaRefused(DomainError):
    """The media worker refused; `details["reason"]` is its stable code."""

    code = "S-09"
    slug = "media_refused"
