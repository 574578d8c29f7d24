"""/screen: the citizen's page at a window, on a second monitor or a tablet."""

from aiohttp import web

from casework.actor import Actor
from casework.views.organisation import window_place
from outlet_client.api.answer import read
from outlet_client.pages.page_data import kept, page_data
from portal.access import require
from portal.doors import Door
from portal.keys import SETTINGS
from portal.templating import render


@require(Door.CITIZEN)
async def show_screen(request: web.Request, actor: Actor) -> web.Response:
    settings = request.app[SETTINGS]
    data = {
        "window": await read(request, window_place, actor.window or ""),
        "kept": kept(request, actor),
        "drawn_sources": settings.demo or settings.development,
    }
    return render(request, "outlet_client/screen.html", {"page_data": page_data(data)})


def add_routes(app: web.Application) -> None:
    app.router.add_get("/screen", show_screen)
