"""/counter/cases/ID: what happened to a case of the outlet, beside the clerk's page, which is never left."""

from aiohttp import web

from casework.actor import Actor
from outlet_client.api.answer import case_of
from outlet_client.keys import OUTLET
from portal.access import require
from portal.case_story import story_page
from portal.doors import Door


@require(Door.CLERK)
async def show_story(request: web.Request, actor: Actor) -> web.Response:
    case = await case_of(request, actor)
    keys = request.app[OUTLET].keys
    return await story_page(request, case.id, keys, "outlet_client/counter_story.html")


def add_routes(app: web.Application) -> None:
    app.router.add_get("/counter/cases/{case}", show_story)
