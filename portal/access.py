"""Who may call a handler, said on the handler. A handler that says nothing is refused at start.

    @require(Door.CLERK)
    async def open_window(request: web.Request, actor: Actor) -> web.StreamResponse: ...

A route that several doors share takes the door from the header `Yc-Door` or the query `door`, because
one browser may hold several sign-ins; without either the first door with a live session counts.
"""

import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from aiohttp import web

from casework.actor import Actor
from portal.doors import Door
from portal.errors import NotSignedIn, PasswordToChange, WindowNotChosen, WrongDoor
from portal.keys import SESSION, SESSIONS, TRACE_ID, Handler
from portal.session_rows import Session

log = structlog.get_logger(component="portal")

ACCESS_ATTRIBUTE = "yunchuang_access"
DOOR_HEADER = "Yc-Door"
ActorHandler = Callable[[web.Request, Actor], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Access:
    """`doors` is empty for a public handler."""

    doors: tuple[Door, ...]

    @property
    def is_public(self) -> bool:
        return not self.doors


def public(handler: Handler) -> Handler:
    """Anybody may call this: it shows nothing of a case and changes none."""

    @functools.wraps(handler)
    async def unguarded(request: web.Request) -> web.StreamResponse:
        return await handler(request)

    setattr(unguarded, ACCESS_ATTRIBUTE, Access(()))
    return unguarded


def require(
    *doors: Door, seated: bool = True, own_password: bool = True
) -> Callable[[ActorHandler], Handler]:
    """Only a session of one of `doors` comes through; the handler is given its actor.

    Raises NotSignedIn or WrongDoor before the handler runs; both are logged. A clerk must also have
    chosen a window (WindowNotChosen) unless `seated` is False, and whoever has a first password must
    change it (PasswordToChange) unless `own_password` is False.
    """
    if not doors:
        raise ValueError("name at least one door, or mark the handler public")

    def decorate(handler: ActorHandler) -> Handler:
        @functools.wraps(handler)
        async def guarded(request: web.Request) -> web.StreamResponse:
            session = await admit(request, doors, own_password=own_password)
            if seated and session.door is Door.CLERK and session.actor.window is None:
                raise WindowNotChosen
            return await handler(request, session.actor)

        setattr(guarded, ACCESS_ATTRIBUTE, Access(doors))
        return guarded

    return decorate


async def admit(
    request: web.Request, doors: tuple[Door, ...], *, own_password: bool = True
) -> Session:
    """The session by which `request` may enter one of `doors`; also kept as `request[SESSION]`.

    Raises NotSignedIn, WrongDoor, PasswordToChange.
    """
    for door in _asked_doors(request, doors):
        session = await request.app[SESSIONS].find(door, request.cookies.get(door.cookie, ""))
        if session is not None:
            request[SESSION] = session
            if own_password and session.password_to_change:
                raise PasswordToChange(door=door.value)
            return session
    others = [door for door in Door if door not in doors and request.cookies.get(door.cookie)]
    log.warning(
        "access.refused",
        route=route_name(request),
        wanted=[door.value for door in doors],
        offered=[door.value for door in others],
        trace_id=request.get(TRACE_ID, ""),
    )
    for other in others:
        if await request.app[SESSIONS].find(other, request.cookies[other.cookie]) is not None:
            raise WrongDoor(door=doors[0].value, signed_in=other.value)
    raise NotSignedIn(door=doors[0].value)


def access_of(handler: object) -> Access | None:
    found = getattr(handler, ACCESS_ATTRIBUTE, None)
    return found if isinstance(found, Access) else None


def route_name(request: web.Request) -> str:
    """The route's pattern: paths hold ids, and logs need none of them."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"


def _asked_doors(request: web.Request, doors: tuple[Door, ...]) -> tuple[Door, ...]:
    asked = request.headers.get(DOOR_HEADER) or request.query.get("door")
    if not asked:
        return doors
    return tuple(door for door in doors if door.value == asked)
