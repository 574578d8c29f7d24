"""/outlet/visits: the outlet lead sees a day's visits with the seven times, and their medians."""

import datetime as dt

from aiohttp import web

from casework.actor import Actor
from casework.calendar import day_of
from casework.errors import InvalidInput
from casework.views.visits import outlet_visits
from outlet_client.api.answer import read
from outlet_client.words import VISIT_ENDS
from portal.access import require
from portal.case_words import PRIORITIES
from portal.doors import Door
from portal.keys import CLOCK
from portal.templating import render
from portal.visit_words import VISIT_STEPS

PATH = "/outlet/visits"


@require(Door.OUTLET)
async def show_visits(request: web.Request, actor: Actor) -> web.Response:
    """Today, or the `day` that is asked for. Raises InvalidInput for what is no day."""
    today = day_of(request.app[CLOCK].wall_ms())
    day = _day(request.query["day"]) if request.query.get("day") else today
    context = {
        "visits": await read(request, outlet_visits, actor.outlet or "", day),
        "day": day,
        "today": today,
        "steps": VISIT_STEPS,
        "ends": VISIT_ENDS,
        "priorities": PRIORITIES,
    }
    return render(request, "outlet_client/outlet_visits.html", context)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as exc:
        raise InvalidInput(field="day") from exc


def add_routes(app: web.Application) -> None:
    app.router.add_get(PATH, show_visits)
