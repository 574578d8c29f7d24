"""/outlet: the outlet lead 客服经理 sees the day: who sits where, and which window is ready; and the
outlet's cases.
"""

import datetime as dt

from aiohttp import web

from casework.actions.note_opening_check import NoteOpeningCheck, note_opening_check
from casework.actions.set_roster import SetRoster, set_roster
from casework.actor import Actor
from casework.calendar import day_of
from casework.errors import DomainError, InvalidInput
from casework.ids import is_id
from casework.model.organisation import OpeningCheck
from casework.views.opening import clerks_of, outlet_day
from outlet_client.keys import OUTLET
from portal.access import require
from portal.acts import run
from portal.bodies import FormLine, read_form
from portal.case_lists.pages import add_case_list
from portal.case_lists.place import ListPlace
from portal.doors import Door
from portal.i18n import N_
from portal.keys import CLOCK, SETTINGS, STORE
from portal.problem import Problem, problem_of
from portal.templating import render

PATH = "/outlet"
CHECKS: dict[OpeningCheck, str] = {
    OpeningCheck.KIT: N_("Kit test"),
    OpeningCheck.CALL: N_("Test call"),
    OpeningCheck.PRINT: N_("Test print"),
}


@require(Door.OUTLET)
async def show_day(request: web.Request, actor: Actor) -> web.Response:
    return await _page(request, actor)


@require(Door.OUTLET)
async def post_check(request: web.Request, actor: Actor) -> web.Response:
    """One line of the checklist, passed or faulty."""
    try:
        form = await read_form(
            request, {"window": FormLine(26), "check": FormLine(10), "passed": FormLine(1)}
        )
        if form["check"] not in set(OpeningCheck):
            raise InvalidInput(field="check")
        command = NoteOpeningCheck(
            request.app[OUTLET].log_origin,
            form["window"],
            OpeningCheck(form["check"]),
            passed=bool(form["passed"]),
        )
        await run(request, note_opening_check, command, actor)
    except DomainError as exc:
        return await _page(request, actor, problem_of(exc))
    raise web.HTTPSeeOther(PATH)


@require(Door.OUTLET)
async def post_roster(request: web.Request, actor: Actor) -> web.Response:
    """Who sits at the window today; nobody, when no person is named."""
    try:
        form = await read_form(request, {"window": FormLine(26), "staff": FormLine(26)})
        if form["staff"] and not is_id(form["staff"]):
            raise InvalidInput(field="staff")
        command = SetRoster(
            request.app[OUTLET].log_origin, form["window"], _today(request), form["staff"] or None
        )
        await run(request, set_roster, command, actor)
    except DomainError as exc:
        return await _page(request, actor, problem_of(exc))
    raise web.HTTPSeeOther(PATH)


async def _page(request: web.Request, actor: Actor, problem: Problem | None = None) -> web.Response:
    store, now_ms = request.app[STORE], request.app[CLOCK].wall_ms()
    idle_ms = request.app[SETTINGS].staff_idle_ms
    outlet_id = actor.outlet or ""
    context = {
        "windows": await store.read(outlet_day, outlet_id, _today(request), now_ms, idle_ms),
        "clerks": await store.read(clerks_of, outlet_id, now_ms),
        "checks": CHECKS,
        "now_ms": now_ms,
        "problem": problem,
    }
    status = problem.status if problem else 200
    return render(request, "outlet_client/outlet_day.html", context, status=status)


def _today(request: web.Request) -> dt.date:
    return day_of(request.app[CLOCK].wall_ms())


def add_routes(app: web.Application) -> None:
    app.router.add_get(PATH, show_day)
    app.router.add_post(f"{PATH}/checks", post_check)
    app.router.add_post(f"{PATH}/roster", post_roster)
    outlet = app[OUTLET]
    add_case_list(
        app,
        ListPlace(
            f"{PATH}/cases",
            Door.OUTLET,
            "outlet_client/outlet_cases.html",
            outlet.keys,
            lambda: outlet.log_origin,
        ),
    )
