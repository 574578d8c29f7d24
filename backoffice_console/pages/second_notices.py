"""The duty lead's list of further notices that are asked for: what was told before, and why again."""

from aiohttp import web

from backoffice_console import words
from backoffice_console.keys import KEYS
from backoffice_console.pages.hall import page_of
from casework.actor import Actor
from casework.views.notices import asked_second_notices, rounds_per_case
from portal.access import require
from portal.doors import Door
from portal.keys import CLOCK, STORE
from portal.templating import render


@require(Door.LEAD)
async def show_second_notices(request: web.Request, actor: Actor) -> web.Response:
    store, now_ms = request.app[STORE], request.app[CLOCK].wall_ms()
    context = {
        "lines": await store.read(asked_second_notices, request.app[KEYS], now_ms),
        "rounds": await store.read(rounds_per_case),
        "words": words,
        "page": page_of(actor),
    }
    return render(request, "backoffice_console/second_notices.html", context)


def setup_second_notice_pages(app: web.Application) -> None:
    app.router.add_get("/lead/notices", show_second_notices)
