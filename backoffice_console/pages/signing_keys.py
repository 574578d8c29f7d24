"""Keys that sign decisions: a reviewer sees her own, the duty lead everybody's; both may revoke."""

from collections.abc import Sequence

from aiohttp import web

from backoffice_console import words
from backoffice_console.api.signing import origin_of
from backoffice_console.pages.hall import page_of
from backoffice_console.views.signing_keys import SigningKeyLine, signing_keys
from casework.actor import Actor, Role
from portal.access import require
from portal.doors import Door
from portal.keys import STORE
from portal.templating import render


@require(Door.REVIEWER)
async def show_own(request: web.Request, actor: Actor) -> web.Response:
    lines = await request.app[STORE].read(signing_keys, origin_of(request), actor.id)
    return _page(request, actor, lines)


@require(Door.LEAD)
async def show_all(request: web.Request, actor: Actor) -> web.Response:
    lines = await request.app[STORE].read(signing_keys, origin_of(request))
    return _page(request, actor, lines)


def _page(request: web.Request, actor: Actor, lines: Sequence[SigningKeyLine]) -> web.Response:
    return render(
        request,
        "backoffice_console/signing_keys.html",
        {
            "lines": lines,
            "lead": actor.role is Role.DUTY_LEAD,
            "words": words,
            "page": page_of(actor),
        },
    )


def setup_signing_key_pages(app: web.Application) -> None:
    app.router.add_get("/hall/keys", show_own)
    app.router.add_get("/lead/keys", show_all)
