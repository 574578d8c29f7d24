"""Opening a case, finding the item for it, and looking an old one up by its paper."""

from aiohttp import web

from casework.actions.open_case import OpenCase, open_case
from casework.actor import Actor
from outlet_client.api.answer import json_answer, read
from outlet_client.api.bodies import EnquiryBody, OpenCaseBody
from outlet_client.keys import OUTLET
from outlet_client.views.enquiry import enquire
from outlet_client.views.item_search import search_items, usual_items
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.keys import CLOCK, THROTTLE
from portal.routes import operation

MAX_QUERY = 60
ENQUIRIES_PER_MINUTE = 10


@operation("Opens a case at the clerk's window", body=OpenCaseBody, refusals=("C-03", "C-36"))
@require(Door.CLERK)
async def post_case(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, OpenCaseBody)
    command = OpenCase(body.item, priority=body.priority)
    return json_answer(await run(request, open_case, command, actor), status=201)


@operation("Items this outlet may accept, by initials, words or code (`q`)")
@require(Door.CLERK)
async def get_items(request: web.Request, actor: Actor) -> web.Response:
    """Without `q` the six items used most at this window."""
    query = request.query.get("q", "")[:MAX_QUERY]
    now_ms = request.app[CLOCK].wall_ms()
    if query.strip():
        found = await read(request, search_items, actor, query, now_ms)
    else:
        found = await read(request, usual_items, actor, now_ms)
    return json_answer({"items": found})


@operation("Where a case of any outlet stands, for whoever holds its paper", body=EnquiryBody)
@require(Door.CLERK)
async def post_enquiry(request: web.Request, actor: Actor) -> web.Response:
    """Number and code go in the body: addresses stand in logs. Tries are limited by person."""
    body = await read_json(request, EnquiryBody)
    request.app[THROTTLE].take(f"enquiry:{actor.id}", per_minute=ENQUIRIES_PER_MINUTE)
    number = "".join(body.number.split())
    return json_answer(await read(request, enquire, request.app[OUTLET].keys, number, body.code))


def add_routes(app: web.Application) -> None:
    app.router.add_post("/api/v1/enquiries", post_enquiry)
    app.router.add_post("/api/v1/cases", post_case)
    app.router.add_get("/api/v1/items", get_items)
