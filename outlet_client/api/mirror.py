"""The clerk's page mirrored to the citizen's screen, and what the screen says back."""

from typing import Annotated

from aiohttp import web
from pydantic import Field
from sqlalchemy import Connection

from casework.actor import Actor
from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import load_item
from casework.errors import NotFound
from casework.keys.key_ring import KeyRing
from casework.model.notice import CURRENT_NOTICE
from casework.views.case_page import case_page
from casework.views.notices import open_notice
from casework.views.organisation import window_place
from casework.views.visible_cases import visible_case
from outlet_client.api.answer import json_answer, read
from outlet_client.api.bodies import Body, Value
from outlet_client.keys import OUTLET
from outlet_client.mirror import Said, ScreenSaid, ScreenShow, Task, masked
from outlet_client.shapes.screen_case import ScreenCase, shape_screen_case
from outlet_client.views.call_people import call_people
from outlet_client.views.mirrored_case import mirrored_case
from portal.access import require
from portal.bodies import read_json
from portal.doors import Door
from portal.keys import CLOCK
from portal.routes import operation

CaseId = Annotated[str, Field(pattern=r"^[0-9A-Z]{26}$")]
FieldName = Annotated[str, Field(min_length=1, max_length=60)]


class MirrorBody(Body):
    """`typed` by `applicant.CODE` and `form.CODE`, as it stands in the clerk's fields; `about` is the material of
    a promise.
    """

    case: CaseId | None = None
    task: Task = Task.WAIT
    about: Annotated[str, Field(max_length=40)] = ""
    typed: Annotated[dict[FieldName, Value], Field(max_length=60)] = Field(default_factory=dict)


class SaidBody(Body):
    case: CaseId | None = None
    said: Said


@operation("What the citizen's screen is to show now; typed values are masked", body=MirrorBody)
@require(Door.CLERK)
async def put_mirror(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, MirrorBody)
    typed = {}
    if body.case is not None:
        now_ms = request.app[CLOCK].wall_ms()
        item = await read(request, _item_of, actor, body.case, now_ms)
        typed = masked(item, body.typed)
    show = ScreenShow(
        window=_window(actor), case=body.case, task=body.task, typed=typed, about=body.about
    )
    request.app[OUTLET].mirrors.show(show)
    return json_answer({"task": show.task})


@operation("Whether the citizen's screen of the window is there now")
@require(Door.CLERK)
async def get_screen_here(request: web.Request, actor: Actor) -> web.Response:
    return json_answer({"here": request.app[OUTLET].screens.is_here(_window(actor))})


@operation("All that the citizen's screen shows: its window, the notice, the mirrored case")
@require(Door.CITIZEN)
async def get_screen(request: web.Request, actor: Actor) -> web.Response:
    outlet = request.app[OUTLET]
    show = outlet.mirrors.of(_window(actor))
    case = None
    if show.case is not None:
        now_ms = request.app[CLOCK].wall_ms()
        case = await read(request, _mirrored, outlet.keys, actor, show.case, now_ms)
    return json_answer(
        {
            "window": await read(request, window_place, _window(actor)),
            "notice": {
                "version": CURRENT_NOTICE.version,
                "sha256": CURRENT_NOTICE.sha256,
                "text": CURRENT_NOTICE.text,
            },
            "show": show.model_dump(mode="json"),
            "case": case,
        }
    )


@operation("A button on the citizen's screen that is no act: a mistake was seen, not understood")
@require(Door.CITIZEN)
async def post_said(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, SaidBody)
    said = ScreenSaid(window=_window(actor), case=body.case, said=body.said)
    request.app[OUTLET].mirrors.say(said)
    return json_answer({"said": body.said})


@operation("Names, numbers and posts of the staff in a call of this window")
@require(Door.CLERK, Door.CITIZEN)
async def get_people(request: web.Request, actor: Actor) -> web.Response:
    now_ms = request.app[CLOCK].wall_ms()
    return json_answer(await read(request, call_people, actor, request.match_info["call"], now_ms))


def _item_of(conn: Connection, actor: Actor, case_id: str, now_ms: int) -> ItemVersion:
    return load_item(conn, visible_case(conn, actor, case_id, now_ms).item_version_id)


def _mirrored(
    conn: Connection, keys: KeyRing, actor: Actor, case_id: str, now_ms: int
) -> ScreenCase:
    case = mirrored_case(conn, actor, case_id)
    notice = open_notice(conn, keys, case, now_ms)
    return shape_screen_case(case_page(conn, keys, case.id), keys.case_key(case.id), notice)


def _window(actor: Actor) -> str:
    if actor.window is None:
        raise NotFound("no window")
    return actor.window


def add_routes(app: web.Application) -> None:
    app.router.add_put("/api/v1/window/mirror", put_mirror)
    app.router.add_get("/api/v1/window/screen", get_screen_here)
    app.router.add_get("/api/v1/screen", get_screen)
    app.router.add_post("/api/v1/screen/said", post_said)
    app.router.add_get("/api/v1/calls/{call}/people", get_people)
