"""Cases of the clerk's outlet, present and past: filtered, page by page, kept filters, and as a file."""

from urllib.parse import parse_qsl

from aiohttp import web
from sqlalchemy import Connection

from casework.actions.save_filter import RemoveFilter, SaveFilter, remove_filter, save_filter
from casework.actor import Actor
from casework.views.lists.asked import asked
from casework.views.lists.case_list import list_page
from casework.views.lists.errors import FilterRefused
from casework.views.lists.finding import filter_of
from casework.views.lists.options import filter_options
from casework.views.lists.saved import saved_filters
from outlet_client.api.answer import json_answer, read
from outlet_client.api.bodies import FindBody, KeepFilterBody, KeptFilterBody
from outlet_client.keys import OUTLET
from portal.access import require
from portal.acts import run
from portal.bodies import FormLine, read_form, read_json
from portal.case_lists.export import send_export
from portal.case_lists.place import ListPlace
from portal.case_lists.shown import asked_of, refusal_of
from portal.doors import Door
from portal.keys import CLOCK
from portal.routes import operation

PATH = "/api/v1/window/cases"


@operation("Cases of the outlet, by the filters of docs/lists.md", refusals=("K-10", "K-11"))
@require(Door.CLERK)
async def get_cases(request: web.Request, actor: Actor) -> web.Response:
    found, size = asked_of(request)
    if found.wrong:
        raise refusal_of(found)
    after, keys = request.query.get("after", "")[:100], request.app[OUTLET].keys
    now_ms = request.app[CLOCK].wall_ms()
    page = await read(request, list_page, keys, actor, found.filter, now_ms, after=after, size=size)
    return json_answer(
        {
            "cases": page.lines,
            "after": page.after,
            "count": page.count,
            "more": page.more,
            "query": found.filter.query,
        }
    )


@operation("What the filters offer, and those that the clerk keeps")
@require(Door.CLERK)
async def get_options(request: web.Request, actor: Actor) -> web.Response:
    return json_answer(await read(request, _options, actor))


@operation("A number as a filter of the list", body=FindBody, refusals=("K-10",))
@require(Door.CLERK)
async def post_find(request: web.Request, _actor: Actor) -> web.Response:
    body = await read_json(request, FindBody)
    return json_answer({"query": filter_of(request.app[OUTLET].keys, body.text).query})


@operation("Keeps a filter under a name", body=KeepFilterBody, refusals=("K-10", "K-12"))
@require(Door.CLERK)
async def post_saved(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, KeepFilterBody)
    await run(request, save_filter, SaveFilter(body.name, body.query), actor)
    return json_answer({"saved": await read(request, saved_filters, actor)})


@operation("Takes a kept filter away", body=KeptFilterBody)
@require(Door.CLERK)
async def post_removed(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, KeptFilterBody)
    await run(request, remove_filter, RemoveFilter(body.name), actor)
    return json_answer({"saved": await read(request, saved_filters, actor)})


@operation("The list as a CSV file; the export is an entry", refusals=("K-10",))
@require(Door.CLERK)
async def post_export(request: web.Request, actor: Actor) -> web.StreamResponse:
    """A form with the line `query`, so that a browser saves the file as it comes."""
    form = await read_form(request, {"query": FormLine(2_000)})
    found = asked(parse_qsl(form["query"]))
    if found.wrong:
        raise FilterRefused(field=found.wrong[0])
    outlet = request.app[OUTLET]
    place = ListPlace(PATH, Door.CLERK, "", outlet.keys, lambda: outlet.log_origin)
    return await send_export(request, actor, place, found.filter)


def _options(conn: Connection, actor: Actor) -> dict[str, object]:
    options = filter_options(conn, actor)
    return {
        "items": options.items,
        "windows": options.windows,
        "saved": saved_filters(conn, actor),
    }


def add_routes(app: web.Application) -> None:
    app.router.add_get(PATH, get_cases)
    app.router.add_get(f"{PATH}/options", get_options)
    app.router.add_post(f"{PATH}/find", post_find)
    app.router.add_post(f"{PATH}/saved", post_saved)
    app.router.add_post(f"{PATH}/saved/remove", post_removed)
    app.router.add_post(f"{PATH}/export", post_export)
