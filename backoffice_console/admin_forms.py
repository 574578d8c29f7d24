"""Forms of the administrator's pages: read, acted on, and shown again with what was refused."""

import datetime as dt
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from aiohttp import web

from casework.actor import Actor
from casework.calendar import CHINA
from casework.errors import DomainError, InvalidInput
from casework.store.tx import Tx
from portal.acts import run
from portal.bodies import FormLine, read_form
from portal.keys import PASSWORDS
from portal.own_password import MIN_PASSWORD
from portal.passwords import MAX_PASSWORD
from portal.problem import Problem, problem_of

E = TypeVar("E", bound=StrEnum)
Form: TypeAlias = dict[str, str]
Deed: TypeAlias = tuple[Callable[[Tx, Any], object], Callable[[Form], Awaitable[Any]]]
Page = Callable[[web.Request, Problem | None], Awaitable[web.Response]]

LINES = dict.fromkeys(
    (
        "name", "kind", "number", "profile", "accepts", "issues", "login", "employer",
        "employer_kind", "outlet", "password", "role", "post", "until", "code", "group", "item",
    ),
    FormLine(200),
)  # fmt: skip


async def act(
    request: web.Request,
    actor: Actor,
    action: Callable[[Tx, Any], object],
    command: Callable[[Form], Awaitable[Any]],
    *,
    page: Page,
    onward: str,
) -> web.Response:
    """Runs the act that the form asks for and leads `onward`; a refusal shows `page` again."""
    try:
        form = await read_form(request, LINES)
        await run(request, action, await command(form), actor)
    except DomainError as exc:
        return await page(request, problem_of(exc))
    raise web.HTTPSeeOther(onward)


def code_of(kind: type[E], text: str, field: str) -> E:
    """Raises InvalidInput."""
    try:
        return kind(text)
    except ValueError:
        raise InvalidInput(field=field) from None


async def first_password(request: web.Request, form: Form) -> str:
    """The hash of the password that the administrator hands over. Raises InvalidInput."""
    if not MIN_PASSWORD <= len(form["password"]) <= MAX_PASSWORD:
        raise InvalidInput(field="password", limit=MAX_PASSWORD)
    return await request.app[PASSWORDS].hash(form["password"])


def end_of_day(text: str, field: str) -> int | None:
    """The first moment after the day; None when no day is given. Raises InvalidInput."""
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text) + dt.timedelta(days=1)
    except (ValueError, OverflowError):
        raise InvalidInput(field=field) from None
    return int(dt.datetime.combine(day, dt.time(), CHINA).timestamp() * 1000)
