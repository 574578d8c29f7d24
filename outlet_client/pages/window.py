"""/window: the clerk's page. One page for all its views, so that a call lives while the clerk moves."""

from aiohttp import web

from casework.actor import Actor
from casework.views.organisation import window_place
from outlet_client.api.answer import read
from outlet_client.keys import OUTLET
from outlet_client.pages.page_data import kept, page_data
from outlet_client.words import NOTICE_REASONS, RETURN_REASONS
from portal.access import require
from portal.case_words import PRIORITIES
from portal.doors import Door
from portal.i18n import _
from portal.keys import SETTINGS
from portal.papers.words import REFUSAL_REASONS, REMEDIES
from portal.templating import render
from portal.visit_words import VISIT_STEPS


@require(Door.CLERK)
async def show_window(request: web.Request, actor: Actor) -> web.Response:
    """Which view is shown is decided by the script from the path; a launch link of an intake platform is
    /window/launch/HANDLE (docs/launch.md).
    """
    settings, outlet = request.app[SETTINGS], request.app[OUTLET]
    data = {
        "staff": actor.id,
        "kept": kept(request, actor),
        "device": {"rule": outlet.device_signatures, "origin": outlet.log_origin},
        "window": await read(request, window_place, actor.window or ""),
        "drawn_sources": settings.demo or settings.development,
        "help_line": settings.help_line,
        "supplement_days": settings.supplement_days,
        "return_reasons": {code.value: _(text) for code, text in RETURN_REASONS.items()},
        "notice_reasons": {code.value: _(text) for code, text in NOTICE_REASONS.items()},
        "refusal_reasons": {code.value: _(text) for code, text in REFUSAL_REASONS.items()},
        "visit_steps": {code.value: _(text) for code, text in VISIT_STEPS.items()},
        "priorities": {code.value: _(text) for code, text in PRIORITIES.items()},
        "remedies": {code.value: _(text) for code, text in REMEDIES.items()},
    }
    return render(request, "outlet_client/window.html", {"page_data": page_data(data)})


def add_routes(app: web.Application) -> None:
    app.router.add_get("/window", show_window)
    app.router.add_get("/window/{view:.+}", show_window)
