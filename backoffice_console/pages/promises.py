"""The duty lead's list of promises that wait to be verified, the first that is due first."""

from aiohttp import web

from backoffice_console.pages.hall import page_of
from casework.actor import Actor
from casework.views.commitments import due_commitments
from portal.access import require
from portal.doors import Door
from portal.keys import CLOCK, STORE
from portal.templating import render


@require(Door.LEAD)
async def show_promises(request: web.Request, actor: Actor) -> web.Response:
    lines = await request.app[STORE].read(due_commitments, request.app[CLOCK].wall_ms())
    context = {"lines": lines, "page": page_of(actor)}
    return render(request, "backoffice_console/promises.html", context)


def setup_promise_pages(app: web.Application) -> None:
    app.router.add_get("/lead/promises", show_promises)
