"""/guide: what every item asks for and gives, for anybody; nothing of a case stands here."""

import asyncio
import datetime as dt

from aiohttp import web

from casework.calendar import day_of
from casework.catalogue.stored_item import item_in_force
from casework.errors import NotFound
from casework.policy.refusals import ItemNotInForce
from outlet_client.api.answer import read
from outlet_client.keys import OUTLET
from outlet_client.papers.guide_sheet import guide_link, guide_pdf, guide_qr
from outlet_client.shapes.guide import guide_of
from outlet_client.views.item_search import search_guides
from portal.access import public
from portal.i18n import DEFAULT_LANGUAGE, catalogue
from portal.keys import CLOCK, LANGUAGE, SETTINGS, THROTTLE
from portal.templating import render
from portal.visitor import visitor_address

MAX_QUERY = 60
SHEETS_PER_MINUTE = 20


@public
async def show_guides(request: web.Request) -> web.Response:
    """All items, or those that fit `q`: initials, whole syllables, Chinese words or the code."""
    query = request.query.get("q", "")[:MAX_QUERY].strip()
    found = await read(request, search_guides, query, request.app[CLOCK].wall_ms())
    return render(request, "outlet_client/guides.html", {"query": query, "found": found})


@public
async def show_guide(request: web.Request) -> web.Response:
    item = await read(request, item_in_force, *_asked(request))
    say = catalogue(request.get(LANGUAGE, DEFAULT_LANGUAGE)).gettext
    link = guide_link(request.app[OUTLET].public_base_url, item.code)
    context = {"guide": guide_of(item, say), "link": link, "from": item.effective_from}
    return render(request, "outlet_client/guide.html", context)


@public
async def show_guide_qr(request: web.Request) -> web.Response:
    """Raises NotFound where there is no address that a telephone could follow."""
    item = await read(request, item_in_force, *_asked(request))
    picture = guide_qr(guide_link(request.app[OUTLET].public_base_url, item.code))
    if not picture:
        raise NotFound("no public address is set up")
    return web.Response(text=picture, content_type="image/svg+xml")


@public
async def show_guide_sheet(request: web.Request) -> web.Response:
    """Limited by address: setting a sheet costs more than any other public page."""
    request.app[THROTTLE].take(
        f"guide-sheet:{visitor_address(request)}", per_minute=SHEETS_PER_MINUTE
    )
    item = await read(request, item_in_force, *_asked(request))
    paper = await asyncio.to_thread(
        guide_pdf,
        item,
        organisation=request.app[SETTINGS].organisation,
        public_base_url=request.app[OUTLET].public_base_url,
    )
    return web.Response(
        body=paper,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{item.code}.pdf"'},
    )


@public
async def follow_short_code(request: web.Request) -> web.StreamResponse:
    """`/g/sb002` is the guide of SB-002: what people type from a sheet has no dash, or a small one."""
    typed = "".join(c for c in request.match_info["code"].upper() if c.isascii() and c.isalnum())
    code = f"{typed[:2]}-{typed[2:]}"
    try:
        item = await read(request, item_in_force, code, day_of(request.app[CLOCK].wall_ms()))
    except ItemNotInForce:
        raise NotFound("no such item") from None
    raise web.HTTPSeeOther(f"/guide/{item.code}")


def _asked(request: web.Request) -> tuple[str, dt.date]:
    return request.match_info["code"], day_of(request.app[CLOCK].wall_ms())


def add_routes(app: web.Application) -> None:
    app.router.add_get("/guide", show_guides)
    app.router.add_get("/guide/{code}", show_guide)
    app.router.add_get("/guide/{code}/qr.svg", show_guide_qr)
    app.router.add_get("/guide/{code}/sheet.pdf", show_guide_sheet)
    app.router.add_get("/g/{code}", follow_short_code)
