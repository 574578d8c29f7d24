"""What the relay refuses; the codes travel to the desk and on to the page."""

from casework.errors import DomainError


class RelayError(DomainError):
    """Base of every refusal of the relay; never raised itself."""

    code = "M-00"
    slug = "relay_error"


class UnknownRoom(RelayError):
    """No such room is open in this worker."""

    code = "M-01"
    slug = "unknown_room"


class UnknownLeg(RelayError):
    """No such leg is in the room."""

    code = "M-02"
    slug = "unknown_leg"


class StaleAnswer(RelayError):
    """The answer is not to the outstanding offer; the page waits for the newest one."""

    code = "M-03"
    slug = "stale_answer"


class BadAnswer(RelayError):
    """The SDP answer is malformed, too large, or does not fit the offer."""

    code = "M-04"
    slug = "bad_answer"


class RelayFull(RelayError):
    """A configured number of rooms or legs is reached."""

    code = "M-05"
    slug = "relay_full"


class BadLeg(RelayError):
    """The leg as described cannot be: a video twice, or a microphone among the videos."""

    code = "M-06"
    slug = "bad_leg"
