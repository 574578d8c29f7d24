"""Materials for those who may see the case: decrypted, and shown under a mark."""

import asyncio

from aiohttp import web

from backoffice_console.api.answers import NOT_KEPT, id_in_path
from backoffice_console.keys import MATERIALS
from backoffice_console.views.materials import material_place
from backoffice_console.views.scope import reviewable_case
from backoffice_console.views.viewing import Viewed, require_viewing
from casework.actor import Actor
from casework.errors import InvalidInput
from portal.access import require
from portal.doors import Door
from portal.keys import CLOCK, STORE
from portal.shown_materials.view import marked
from portal.shown_materials.words import mark_of

# A PDF is shown in a frame of our own page by the browser's viewer; nothing in it may load or run.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; plugin-types application/pdf; "
    "frame-ancestors 'self'"
)


@require(Door.REVIEWER)
async def show_for_review(request: web.Request, actor: Actor) -> web.Response:
    case_id = id_in_path(request, "case_id")
    await request.app[STORE].read(reviewable_case, actor, case_id, request.app[CLOCK].wall_ms())
    return await _view(request, actor, case_id)


@require(Door.AUDITOR)
async def show_for_audit(request: web.Request, actor: Actor) -> web.Response:
    """Query `viewing`: the entry by which the auditor opened the case."""
    case_id = id_in_path(request, "case_id")
    await request.app[STORE].read(
        require_viewing,
        actor,
        Viewed.CASE,
        case_id,
        viewing_of(request),
        request.app[CLOCK].wall_ms(),
    )
    return await _view(request, actor, case_id)


def viewing_of(request: web.Request) -> int:
    """The number in the query `viewing`; raises InvalidInput."""
    text = request.query.get("viewing", "")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise InvalidInput(field="viewing")
    return int(text)


async def _view(request: web.Request, actor: Actor, case_id: str) -> web.Response:
    """The material under a mark that says for which matter it is, who looked at it, and when."""
    place = await request.app[STORE].read(
        material_place, case_id, id_in_path(request, "material_id"), actor.id
    )
    content = await asyncio.to_thread(
        request.app[MATERIALS].get, case_id, place.blob, place.ciphertext_sha256
    )
    now_ms = request.app[CLOCK].wall_ms()
    mark = mark_of(place.item, place.case_number, viewer=place.viewer or actor.id, now_ms=now_ms)
    view = await marked(content, place.media_type, mark)
    return web.Response(
        body=view,
        content_type=place.media_type,
        headers={
            **NOT_KEPT,
            "Content-Disposition": "inline",
            "Content-Security-Policy": _POLICY,
        },
    )


def setup_material_files(app: web.Application) -> None:
    for room, handler in (("review", show_for_review), ("audit", show_for_audit)):
        app.router.add_get(f"/api/v1/{room}/cases/{{case_id}}/materials/{{material_id}}", handler)
