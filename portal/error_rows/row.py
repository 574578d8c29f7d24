"""One row of the error table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """HTTP status, what happened, and what still works and what to do.

    The texts are English message ids and may hold `%(name)s` of the exception's details.
    """

    status: int
    title: str
    detail: str
