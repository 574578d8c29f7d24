"""Why an act of a visit, or on a draft of the pre-fill desk, is refused. The letter V stands for it."""

from casework.errors import DomainError


class VisitTaken(DomainError):
    """Another window serves the visit; `details["window"]` is its number."""

    code = "V-01"
    slug = "visit_taken"


class WindowServes(DomainError):
    """A visit stands at this window already; `details["number"]` is its number."""

    code = "V-02"
    slug = "window_serves"


class NobodyWaits(DomainError):
    code = "V-03"
    slug = "nobody_waits"


class VisitOver(DomainError):
    code = "V-04"
    slug = "visit_over"


class StepNotHere(DomainError):
    """This step does not begin where the visit stands; `details["step"]`."""

    code = "V-05"
    slug = "step_not_here"


class NotTakenOver(DomainError):
    """A draft of the pre-fill desk is taken over before a clerk does anything else with it."""

    code = "V-06"
    slug = "not_taken_over"


class VisitNotHere(DomainError):
    """The visit stands at no window, or at another one: `details["number"]`."""

    code = "V-07"
    slug = "visit_not_here"


class NoLongerAtDesk(DomainError):
    """The case is no draft of the pre-fill desk, or not any more."""

    code = "V-08"
    slug = "no_longer_at_desk"


class NoWindowAccepts(DomainError):
    """The outlet has no open window that accepts."""

    code = "V-09"
    slug = "no_window_accepts"
