"""How every handler of the counter reads, acts on a case, and shapes its answer."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from aiohttp import web
from pydantic_core import to_json
from sqlalchemy import Connection

from casework.actor import Actor, Role
from casework.errors import NotFound
from casework.model.case import Case
from casework.store.tx import Tx
from casework.views.visible_cases import visible_case
from outlet_client.keys import OUTLET
from outlet_client.views.mirrored_case import mirrored_case
from portal.acts import run
from portal.keys import CLOCK, STORE

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C")


def json_answer(value: object, *, status: int = 200) -> web.Response:
    """`value` (a dataclass, a list of them, a mapping) as JSON that nobody keeps."""
    return web.Response(
        body=to_json(value),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


async def read(
    request: web.Request,
    function: Callable[Concatenate[Connection, P], R],
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    return await request.app[STORE].read(function, *args, **kwargs)


async def case_of(request: web.Request, actor: Actor) -> Case:
    """The case in the address; raises NotFound for one that this actor may not know of.

    A citizen's screen knows the one case that its clerk shows on it now, and no other of the
    window's: the person before it is a stranger to the person before her.
    """
    case_id = request.match_info["case"]
    if actor.role is Role.CITIZEN:
        shown = request.app[OUTLET].mirrors.of(actor.window or "").case
        if shown != case_id:
            raise NotFound("no such case")
        return await read(request, mirrored_case, actor, case_id)
    return await read(request, visible_case, actor, case_id, request.app[CLOCK].wall_ms())


async def run_on_case(
    request: web.Request, action: Callable[[Tx, C], R], command: C, actor: Actor
) -> web.Response:
    """As `run`, for the case in the address: one of another place is not found, whatever the act."""
    await case_of(request, actor)
    return json_answer(await run(request, action, command, actor))
