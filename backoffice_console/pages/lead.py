"""The duty lead's wall (read only; every stream that changes makes it look again), and the story of one
case, which he opens under a purpose.
"""

from aiohttp import web
from sqlalchemy import Connection

from backoffice_console import words
from backoffice_console.api.answers import id_in_path
from backoffice_console.api.material_files import viewing_of
from backoffice_console.errors import ViewingNeeded
from backoffice_console.keys import KEYS
from backoffice_console.pages.purpose import ask_purpose, state_purpose
from backoffice_console.views.viewing import Viewed, require_viewing
from backoffice_console.views.wall import LONG_WAIT_MS, wall
from casework.actor import Actor
from casework.store.case_rows import load_case
from casework.store.reading import stream_seq
from casework.views.papers import printed_copies
from portal.access import require
from portal.case_story import story_page
from portal.doors import Door
from portal.keys import CLOCK, STORE
from portal.templating import render


@require(Door.LEAD)
async def show_wall(request: web.Request, actor: Actor) -> web.Response:
    now_ms = request.app[CLOCK].wall_ms()
    shown = await request.app[STORE].read(_wall, actor, now_ms)
    context = shown | {"words": words, "long_wait_ms": LONG_WAIT_MS}
    return render(request, "backoffice_console/wall.html", context)


def _wall(conn: Connection, actor: Actor, now_ms: int) -> dict[str, object]:
    """The wall in one look at the store, with the numbers of the streams it belongs to."""
    streams = {name: stream_seq(conn, name) for name in ("hall", "queue")}
    return {"streams": streams, "wall": wall(conn, actor, now_ms)}


@require(Door.LEAD)
async def show_case(request: web.Request, actor: Actor) -> web.Response:
    """Without a viewing of one's own that still holds, the question for the purpose."""
    app, case_id = request.app, id_in_path(request, "case_id")
    case = await app[STORE].read(load_case, case_id)
    if "viewing" not in request.query:
        return ask_purpose(request, case, Door.LEAD)
    viewing, now_ms = viewing_of(request), app[CLOCK].wall_ms()
    try:
        await app[STORE].read(require_viewing, actor, Viewed.CASE, case_id, viewing, now_ms)
    except ViewingNeeded:
        return ask_purpose(request, case, Door.LEAD)
    context = {
        "case_id": case_id,
        "viewing": viewing,
        "papers": await app[STORE].read(printed_copies, case_id),
        "words": words,
    }
    template = "backoffice_console/lead_case.html"
    return await story_page(request, case_id, app[KEYS], template, context)


@require(Door.LEAD)
async def open_case(request: web.Request, actor: Actor) -> web.StreamResponse:
    return await state_purpose(request, actor, Door.LEAD)


def setup_lead_pages(app: web.Application) -> None:
    app.router.add_get("/lead", show_wall)
    app.router.add_get("/lead/cases/{case_id}", show_case)
    app.router.add_post("/lead/cases/{case_id}", open_case)
