"""What an action may ask of the log for which it records."""

from typing import Protocol

from audit import merkle


class LogSoFar(Protocol):
    """As far as the log is published; entries that wait are not in it yet."""

    @property
    def origin(self) -> str: ...

    def root_at(self, size: int) -> bytes | None:
        """The log's root when it had so many entries, None if it never had. Raises OSError and
        AuditError where its files cannot be read.
        """


class NoLog:
    """Of a desk, or a test, that writes none: nobody can have seen an entry of it."""

    origin = ""

    def root_at(self, size: int) -> bytes | None:
        return None if size else merkle.EMPTY_ROOT
