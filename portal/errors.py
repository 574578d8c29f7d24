"""What the web shell itself refuses. Messages and HTTP statuses stand in `error_table`."""

from casework.errors import DomainError


class NotSignedIn(DomainError):
    """No live session for the door; `details["door"]` names the door."""

    code = "P-01"
    slug = "not_signed_in"


class WrongDoor(DomainError):
    """Signed in, but through another door than this route belongs to."""

    code = "P-02"
    slug = "wrong_door"


class CrossSiteRefused(DomainError):
    """A page of another site tried to make the browser act."""

    code = "P-03"
    slug = "cross_site_refused"


class SignInFailed(DomainError):
    """Number, password or post do not fit; which of them is not told."""

    code = "P-04"
    slug = "sign_in_failed"


class AccountLocked(DomainError):
    """Too many wrong passwords; `details["minutes"]` until the next try."""

    code = "P-05"
    slug = "account_locked"


class TooManyTries(DomainError):
    """Tries from this address, for this number or by this person come too fast; `details["seconds"]`, where
    it is known, until the next one is taken.
    """

    code = "P-06"
    slug = "too_many_tries"


class WindowNotChosen(DomainError):
    """A clerk is signed in but sits at no window yet."""

    code = "P-07"
    slug = "window_not_chosen"


class BodyTooLarge(DomainError):
    code = "P-08"
    slug = "body_too_large"


class PageNotFound(DomainError):
    code = "P-09"
    slug = "page_not_found"


class MethodNotAllowed(DomainError):
    code = "P-10"
    slug = "method_not_allowed"


class BadRequest(DomainError):
    """The request cannot be read: broken JSON, wrong content type, bad encoding."""

    code = "P-11"
    slug = "bad_request"


class LogNotProved(DomainError):
    """The log's files give no proof at this moment; `portal.log_checkpoint`."""

    code = "P-12"
    slug = "log_not_proved"


class PasswordToChange(DomainError):
    """Signed in with a first password, which somebody else knows: nothing else opens until it is changed."""

    code = "P-13"
    slug = "password_to_change"


class NewPasswordRefused(DomainError):
    """`details["reason"]`: `short`, `long`, `same`, `number` (holds the staff number) or `differ`."""

    code = "P-14"
    slug = "new_password_refused"


class InternalError(DomainError):
    """Something the program did not foresee; the trace id finds it in the log."""

    code = "P-99"
    slug = "internal_error"
