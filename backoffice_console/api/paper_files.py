"""Printed papers of a case, read in the hall under the same rules as its materials."""

import asyncio

from aiohttp import web

from backoffice_console.api.answers import NOT_KEPT, id_in_path
from backoffice_console.api.material_files import viewing_of
from backoffice_console.keys import KEYS, PAPERS
from backoffice_console.views.scope import reviewable_case
from backoffice_console.views.viewing import Viewed, require_viewing
from casework.actor import Actor
from casework.errors import NotFound
from casework.model.paper import PaperKind
from casework.store.case_rows import load_case
from casework.views.papers import kept_copy
from portal.access import require
from portal.doors import Door
from portal.keys import CLOCK, STORE


@require(Door.REVIEWER)
async def show_for_review(request: web.Request, actor: Actor) -> web.Response:
    case_id = id_in_path(request, "case_id")
    await request.app[STORE].read(reviewable_case, actor, case_id, request.app[CLOCK].wall_ms())
    return await _copy(request, case_id)


@require(Door.LEAD)
async def show_for_lead(request: web.Request, actor: Actor) -> web.Response:
    return await _viewed(request, actor)


@require(Door.AUDITOR)
async def show_for_audit(request: web.Request, actor: Actor) -> web.Response:
    return await _viewed(request, actor)


async def _viewed(request: web.Request, actor: Actor) -> web.Response:
    """Query `viewing`: the entry by which the actor opened the case under a purpose."""
    case_id, now_ms = id_in_path(request, "case_id"), request.app[CLOCK].wall_ms()
    await request.app[STORE].read(
        require_viewing, actor, Viewed.CASE, case_id, viewing_of(request), now_ms
    )
    return await _copy(request, case_id)


async def _copy(request: web.Request, case_id: str) -> web.Response:
    """The very bytes that were printed. Raises NotFound for a copy that was not, PaperChanged."""
    try:
        kind = PaperKind(request.match_info["paper"])
    except ValueError:
        raise NotFound("no such paper") from None
    app = request.app
    round_, copy = int(request.match_info["round"]), int(request.match_info["copy"])
    case = await app[STORE].read(load_case, case_id)
    kept = await app[STORE].read(kept_copy, app[KEYS], case, kind, round_, copy)
    paper = await asyncio.to_thread(app[PAPERS].again, kept)
    name = f"{case.number}-{kind.value}-{round_}-{copy}.pdf"
    return web.Response(
        body=paper,
        content_type="application/pdf",
        headers={**NOT_KEPT, "Content-Disposition": f'inline; filename="{name}"'},
    )


def setup_paper_files(app: web.Application) -> None:
    copy = r"{paper:[a-z_]+}/{round:\d{1,3}}/{copy:[1-9]\d{0,2}}.pdf"
    for room, handler in (
        ("review", show_for_review),
        ("lead", show_for_lead),
        ("audit", show_for_audit),
    ):
        app.router.add_get(f"/api/v1/{room}/cases/{{case_id}}/papers/{copy}", handler)
