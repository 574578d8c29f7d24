"""The duty lead's wall: read only; every stream that changes makes it look again."""

from aiohttp import web

from backoffice_console import words
from backoffice_console.views.wall import LONG_WAIT_MS, wall
from casework.actor import Actor
from casework.store.reading import stream_seq
from portal.access import require
from portal.doors import Door
from portal.keys import CLOCK, STORE
from portal.templating import render


@require(Door.LEAD)
async def show_wall(request: web.Request, actor: Actor) -> web.Response:
    store = request.app[STORE]
    # Numbers first: an event between the two makes the page look once more, none is missed.
    streams = {name: await store.read(stream_seq, name) for name in ("hall", "queue")}
    found = await store.read(wall, actor, request.app[CLOCK].wall_ms())
    return render(
        request,
        "backoffice_console/wall.html",
        {"wall": found, "words": words, "long_wait_ms": LONG_WAIT_MS, "streams": streams},
    )


def setup_lead_pages(app: web.Application) -> None:
    app.router.add_get("/lead", show_wall)
