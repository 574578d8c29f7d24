"""The registry of routes: every one states its access, and the API's also what it takes and gives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.abc import AbstractView
from pydantic import BaseModel

from portal.access import Access, access_of
from portal.keys import Handler

_OPERATION = "yunchuang_operation"


@dataclass(frozen=True, slots=True)
class Operation:
    """What OpenAPI tells of a route. `refusals` are error codes beyond those every route may give, `text`
    the content type of a body that is no JSON.
    """

    summary: str
    body: type[BaseModel] | None = None
    text: str = ""
    answer: type[BaseModel] | None = None
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteRecord:
    method: str
    path: str
    access: Access
    operation: Operation | None = field(default=None)


class UnguardedRouteError(RuntimeError):
    """A handler says neither `@public` nor `@require(...)`: the server does not start."""


def operation(
    summary: str,
    *,
    body: type[BaseModel] | None = None,
    text: str = "",
    answer: type[BaseModel] | None = None,
    refusals: tuple[str, ...] = (),
) -> Callable[[Handler], Handler]:
    """Puts a route below /api/v1 into the OpenAPI document; stands above `@require`."""

    def decorate(handler: Handler) -> Handler:
        setattr(handler, _OPERATION, Operation(summary, body, text, answer, refusals))
        return handler

    return decorate


def walk(app: web.Application) -> Iterator[RouteRecord]:
    """Every route of the application; raises UnguardedRouteError for one without access."""
    for route in app.router.routes():
        handler = route.handler
        access = access_of(handler)
        path = route.resource.canonical if route.resource is not None else "?"
        if access is None or (isinstance(handler, type) and issubclass(handler, AbstractView)):
            raise UnguardedRouteError(f"{route.method} {path}")
        found = getattr(handler, _OPERATION, None)
        yield RouteRecord(
            route.method, path, access, found if isinstance(found, Operation) else None
        )


async def _check_routes(app: web.Application) -> None:
    for _record in walk(app):
        pass


def setup_route_check(app: web.Application) -> None:
    app.on_startup.append(_check_routes)
