"""Why a device, or what it signed, is refused. No call was asked for; the page may ask again."""

from casework.errors import DomainError


class DeviceUnknown(DomainError):
    """No such device is enrolled for this window in this log."""

    code = "W-01"
    slug = "device_unknown"


class DeviceRevoked(DomainError):
    """The device was revoked; it never holds again."""

    code = "W-02"
    slug = "device_revoked"


class DeviceTaken(DomainError):
    """This very key is another window's, a person's, or known to a log before this one."""

    code = "W-03"
    slug = "device_taken"


class CounterUsed(DomainError):
    """The device has asked under this number, or a later one, before; `details["last"]` is its last."""

    code = "W-04"
    slug = "counter_used"


class RequestNotSigned(DomainError):
    """The signature does not verify over this request, or the call it names is another's."""

    code = "W-05"
    slug = "request_not_signed"


class DeviceMissing(DomainError):
    """This installation takes requests of enrolled devices only."""

    code = "W-06"
    slug = "device_missing"


class AnswerUnknown(DomainError):
    """The device says that it was given a call which the desk does not have, or takes back that it was
    given one; `details["last"]` is the number of its last call that the desk has.
    """

    code = "W-08"
    slug = "answer_unknown"


class CheckpointUnknown(DomainError):
    """The device says that it saw the log as it never was, or as it is not yet."""

    code = "W-09"
    slug = "checkpoint_unknown"


class LogNotRead(DomainError):
    """The desk cannot read its log now, and so not tell whether the device saw it as it was."""

    code = "W-10"
    slug = "log_not_read"


class TooManyDevices(DomainError):
    """`details["limit"]` devices of this window hold or wait; one must be revoked first."""

    code = "W-07"
    slug = "too_many_devices"
