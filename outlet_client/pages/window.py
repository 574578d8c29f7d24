"""/window: the clerk's page. One page for all its views, so that a call lives while the clerk moves."""

from aiohttp import web

from casework.actor import Actor
from casework.views.organisation import window_place
from outlet_client.api.answer import read
from outlet_client.keys import OUTLET
from outlet_client.pages.page_data import kept, page_data
from outlet_client.words import REFUSAL_REASONS, REMEDIES, RETURN_REASONS
from portal.access import require
from portal.doors import Door
from portal.i18n import _
from portal.keys import SETTINGS
from portal.templating import render


@require(Door.CLERK)
async def show_window(request: web.Request, actor: Actor) -> web.Response:
    """Which view is shown is decided by the script from the path.

    A launch link is /window/launch?item=CODE&ref=REF#FORM: item and reference are no personal data
    and stand in the query, what is filled in stands in the fragment, which no server and no log
    ever sees (docs/counter-api.md).
    """
    settings, outlet = request.app[SETTINGS], request.app[OUTLET]
    data = {
        "staff": actor.id,
        "kept": kept(request, actor),
        "device": {"rule": outlet.device_signatures, "origin": outlet.log_origin},
        "window": await read(request, window_place, actor.window or ""),
        "drawn_sources": settings.demo or settings.development,
        "help_line": settings.help_line,
        "return_reasons": {code.value: _(text) for code, text in RETURN_REASONS.items()},
        "refusal_reasons": {code.value: _(text) for code, text in REFUSAL_REASONS.items()},
        "remedies": {code.value: _(text) for code, text in REMEDIES.items()},
    }
    return render(request, "outlet_client/window.html", {"page_data": page_data(data)})


def add_routes(app: web.Application) -> None:
    app.router.add_get("/window", show_window)
    app.router.add_get("/window/{view:.+}", show_window)
