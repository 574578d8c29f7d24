"""An exception as the caller sees it: RFC 9457 problem document, or a WebSocket error.

Known refusals keep their code; anything unforeseen becomes P-99 and is found in the log by trace id.
"""

from dataclasses import dataclass

from aiohttp import web

from casework.errors import DomainError
from portal.error_table import row_of
from portal.errors import BadRequest, BodyTooLarge, InternalError, MethodNotAllowed, PageNotFound
from portal.i18n import _

PROBLEM_TYPE = "application/problem+json"
Details = dict[str, str | int | bool | list[str]]

_BY_HTTP_STATUS: dict[int, type[DomainError]] = {
    400: BadRequest,
    404: PageNotFound,
    405: MethodNotAllowed,
    411: BadRequest,
    413: BodyTooLarge,
    415: BadRequest,
    422: BadRequest,
    431: BadRequest,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`title` and `detail` are in the language of the request."""

    status: int
    code: str
    slug: str
    title: str
    detail: str
    details: Details

    @property
    def headers(self) -> dict[str, str]:
        """Of an HTTP answer. It says `Retry-After` (RFC 9110 10.2.3) where it is known when to come again."""
        told = {"Cache-Control": "no-store"}
        if self.status == 429 and "seconds" in self.details:
            told["Retry-After"] = str(self.details["seconds"])
        return told

    def document(self, *, instance: str, trace_id: str) -> dict[str, object]:
        """RFC 9457 members, then our own: code, slug, trace_id, details."""
        return {
            "type": f"urn:yunchuang:error:{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
            "slug": self.slug,
            "trace_id": trace_id,
            "details": self.details,
        }


class _Blanks(dict[str, str]):
    """A detail an exception did not give leaves a dash, never a second error."""

    def __missing__(self, key: str) -> str:
        return "—"


def as_domain_error(exc: BaseException) -> DomainError:
    """HTTP exceptions of the framework and unforeseen ones get a code as well."""
    if isinstance(exc, DomainError):
        return exc
    if isinstance(exc, web.HTTPException):
        return _BY_HTTP_STATUS.get(exc.status, InternalError)()
    return InternalError()


def problem_of(exc: BaseException) -> Problem:
    error = as_domain_error(exc)
    row = row_of(error.code)
    words = _Blanks({name: _plain(value) for name, value in error.details.items()})
    return Problem(
        status=row.status,
        code=error.code,
        slug=error.slug,
        title=_(row.title) % words,
        detail=_(row.detail) % words,
        details=dict(error.details),
    )


def error_payload(exc: BaseException) -> dict[str, object]:
    """The members of a WebSocket `error` that come from the table; the caller adds `type` and `re`."""
    problem = problem_of(exc)
    return {
        "code": problem.code,
        "slug": problem.slug,
        "title": problem.title,
        "message": problem.detail,
        "details": problem.details,
    }


def _plain(value: str | int | bool | list[str]) -> str:  # noqa: FBT001 - a detail may be a flag
    return ", ".join(value) if isinstance(value, list) else str(value)
