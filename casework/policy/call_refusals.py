"""Why an act on a call is refused: one class, one code, one message for people, one test each."""

from casework.errors import DomainError


class CallStateForbids(DomainError):
    """The call stands where this act is not possible; `details` tell `state` and `verb`."""

    code = "L-01"
    slug = "call_state_forbids"


class NotInThisCall(DomainError):
    """The actor has no part in this call, or not the part that this act needs."""

    code = "L-02"
    slug = "not_in_this_call"


class WindowBusy(DomainError):
    """The window has a call that is not over; `details["call"]` is its id."""

    code = "L-03"
    slug = "window_busy"


class StaffBusy(DomainError):
    """Not free: away, in a call, in wrap-up or being rung."""

    code = "L-04"
    slug = "staff_busy"


class OfferOver(DomainError):
    """The offer was answered, missed or taken back."""

    code = "L-05"
    slug = "offer_over"


class NoticeUnknown(DomainError):
    """The answer names a notice text that was never published."""

    code = "L-06"
    slug = "notice_unknown"


class CaseNotCallable(DomainError):
    """The case is not accepted or in review, or its item allows no call from here."""

    code = "L-07"
    slug = "case_not_callable"


class ProfileUnsupported(DomainError):
    """No call is possible with a window equipped like this."""

    code = "L-08"
    slug = "profile_unsupported"


class PairingRefused(DomainError):
    """The pairing code is wrong, used or too old."""

    code = "L-09"
    slug = "pairing_refused"


class StaleEpoch(DomainError):
    """A newer lease of the room exists: this worker no longer serves the call."""

    code = "L-10"
    slug = "stale_epoch"


class RecheckNotDue(DomainError):
    """Nothing was interrupted: there is nothing to check again."""

    code = "L-11"
    slug = "recheck_not_due"


class SeatNotYours(DomainError):
    """The page may not sit on this seat of the call."""

    code = "L-12"
    slug = "seat_not_yours"


class FactOutOfOrder(DomainError):
    """A recorder's fact came before an earlier one; `details["last_n"]` is the last that is here."""

    code = "L-13"
    slug = "fact_out_of_order"
