"""What the kernel refuses, as exceptions that know no transport.

Every class carries a stable `code` and `slug`; `portal` maps the code to an HTTP status and to a
translatable message, and the same codes travel on the WebSocket. Codes are never reused. The
letter tells the room: K kernel, A actors' keys, C case, L call (the line), O organisation, P pages,
R recording, T tables, J launches of other platforms.
The exception's own text is English, for logs and developers, and holds no personal data.
"""

from typing import ClassVar


class DomainError(Exception):
    """An act was refused for a reason the caller can understand.

    `details` may be shown to the caller: plain values such as field names and limits, no personal
    data. Subclasses set `code` and `slug`; both are unique in the whole program.
    """

    code: ClassVar[str] = "K-00"
    slug: ClassVar[str] = "domain_error"
    _by_code: ClassVar[dict[str, type["DomainError"]]] = {}

    def __init__(self, message: str = "", **details: str | int | bool | list[str]) -> None:
        super().__init__(message or self.slug)
        self.details = details

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for known in DomainError._by_code.values():
            same_class = (known.__module__, known.__qualname__) == (
                cls.__module__,
                cls.__qualname__,
            )
            if not same_class and (known.code == cls.code or known.slug == cls.slug):
                raise TypeError(f"{cls.__qualname__} repeats {known.code} {known.slug}")
        DomainError._by_code[cls.code] = cls

    @classmethod
    def known(cls) -> dict[str, type["DomainError"]]:
        """Every imported error class by its code; the error table is checked against it."""
        return dict(DomainError._by_code)


class InvalidInput(DomainError):
    """A value breaks its format or limit; `details["field"]` names it."""

    code = "K-01"
    slug = "invalid_input"


class NotFound(DomainError):
    """No such object, or none that this actor may know of."""

    code = "K-02"
    slug = "not_found"


class NotAllowed(DomainError):
    """Policy says no; `details["reason"]` is the policy's reason code."""

    code = "K-03"
    slug = "not_allowed"


class VersionConflict(DomainError):
    """The object changed since the caller read it."""

    code = "K-04"
    slug = "version_conflict"


class IdempotencyConflict(DomainError):
    """The idempotency key was used by the same actor for a different command."""

    code = "K-05"
    slug = "idempotency_conflict"


class Overloaded(DomainError):
    """Too many acts are waiting; nothing was done, try again shortly."""

    code = "K-06"
    slug = "overloaded"


class StoreUnavailable(DomainError):
    """The act could not be made durable (disk full, failing fsync, database gone).

    It was not acknowledged. After a failed commit the outcome may be unknown, as with every
    database: repeat with the same idempotency key.
    """

    code = "K-07"
    slug = "store_unavailable"


class KeyDestroyed(DomainError):
    """The key of this case or call was destroyed: its sealed values cannot be read any more."""

    code = "K-08"
    slug = "key_destroyed"


class BusUnavailable(DomainError):
    """Events cannot be passed on now; they wait in the outbox and are not lost."""

    code = "K-09"
    slug = "bus_unavailable"
