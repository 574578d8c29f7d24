"""/usher: the pre-fill desk 导办台. An usher receives who comes in, and leads each visit to a window."""

from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import web
from sqlalchemy import Connection

from casework.actions.begin_step import BeginStep, begin_step
from casework.actions.end_visit import EndVisit, end_visit
from casework.actions.open_visit import OpenVisit, open_visit
from casework.actor import Actor
from casework.calendar import day_of
from casework.errors import DomainError, InvalidInput, NotFound
from casework.ids import is_id, new_id
from casework.model.case import Priority
from casework.model.visit import IN_THE_HALL, VisitStep
from casework.store.tx import Tx
from casework.store.visit_rows import load_visit
from casework.views.visits import outlet_visits
from outlet_client.api.answer import read
from outlet_client.keys import OUTLET
from outlet_client.pages.page_data import kept, page_data
from outlet_client.views.item_search import search_items
from outlet_client.views.prepared_drafts import VisitAtDesk, visit_at_desk
from outlet_client.words import VISIT_ENDS
from portal.access import require
from portal.bodies import FormLine, read_form
from portal.case_words import PRIORITIES
from portal.doors import Door
from portal.keys import CLOCK, WRITER
from portal.problem import Problem, problem_of
from portal.templating import render
from portal.visit_words import VISIT_STEPS

PATH = "/usher"
MAX_QUERY = 60
C = TypeVar("C")
R = TypeVar("R")


@require(Door.USHER)
async def show_visits(request: web.Request, actor: Actor) -> web.Response:
    return await _day(request, actor)


@require(Door.USHER)
async def post_visit(request: web.Request, actor: Actor) -> web.StreamResponse:
    """Somebody has come in. The form's own key makes a second press the same visit."""
    try:
        form = await read_form(request, {"priority": FormLine(30), "key": FormLine(26)})
        if form["priority"] and form["priority"] not in set(Priority):
            raise InvalidInput(field="priority")
        priority = Priority(form["priority"]) if form["priority"] else None
        command = OpenVisit(request.app[OUTLET].log_origin, priority)
        visit = await act_once(request, open_visit, command, actor, form["key"])
    except DomainError as exc:
        return await _day(request, actor, problem_of(exc))
    raise web.HTTPSeeOther(f"{PATH}/visits/{visit.visit_id}")


@require(Door.USHER)
async def show_visit(request: web.Request, actor: Actor) -> web.Response:
    return await _visit(request, actor)


@require(Door.USHER)
async def post_step(request: web.Request, actor: Actor) -> web.StreamResponse:
    visit_id = request.match_info["visit"]
    try:
        form = await read_form(request, {"step": FormLine(10), "version": FormLine(10)})
        if form["step"] not in set(VisitStep):
            raise InvalidInput(field="step")
        origin = request.app[OUTLET].log_origin
        command = BeginStep(origin, visit_id, VisitStep(form["step"]), version_of(form["version"]))
        await request.app[WRITER].run(begin_step, command, actor=actor)
    except DomainError as exc:
        return await _visit(request, actor, problem_of(exc))
    raise web.HTTPSeeOther(f"{PATH}/visits/{visit_id}")


@require(Door.USHER)
async def post_end(request: web.Request, actor: Actor) -> web.StreamResponse:
    visit_id = request.match_info["visit"]
    try:
        form = await read_form(request, {"left": FormLine(1), "version": FormLine(10)})
        origin = request.app[OUTLET].log_origin
        command = EndVisit(origin, visit_id, bool(form["left"]), version_of(form["version"]))
        await request.app[WRITER].run(end_visit, command, actor=actor)
    except DomainError as exc:
        return await _visit(request, actor, problem_of(exc))
    raise web.HTTPSeeOther(PATH)


async def act_once(
    request: web.Request, action: Callable[[Tx, C], R], command: C, actor: Actor, key: str
) -> R:
    """Runs an act under the key that its form carries. Raises InvalidInput for a form without one."""
    if not is_id(key):
        raise InvalidInput(field="key")
    return await request.app[WRITER].run(action, command, actor=actor, idempotency_key=key)


def version_of(text: str) -> int:
    """Raises InvalidInput."""
    if not (text.isascii() and text.isdigit()):
        raise InvalidInput(field="version")
    return int(text)


def own_visit(conn: Connection, actor: Actor, visit_id: str) -> None:
    """Raises NotFound, for a visit of another outlet as well."""
    if load_visit(conn, visit_id).outlet_id != actor.outlet:
        raise NotFound("no such visit at this outlet")


def _at_desk(conn: Connection, request: web.Request, actor: Actor, visit_id: str) -> VisitAtDesk:
    own_visit(conn, actor, visit_id)
    return visit_at_desk(conn, request.app[OUTLET].keys, visit_id)


async def _day(request: web.Request, actor: Actor, problem: Problem | None = None) -> web.Response:
    now_ms = request.app[CLOCK].wall_ms()
    day = await read(request, outlet_visits, actor.outlet or "", day_of(now_ms))
    context = {
        "open": [one for one in day.visits if one.visit.ended_ms is None],
        "over": [one for one in day.visits if one.visit.ended_ms is not None],
        "key": new_id(),
        "priorities": PRIORITIES,
        "now_ms": now_ms,
    }
    return _rendered(request, "outlet_client/usher_day.html", context, problem)


async def _visit(
    request: web.Request, actor: Actor, problem: Problem | None = None
) -> web.Response:
    """The visit with its steps and drafts; `q` finds the items that may be prepared for it."""
    visit_id, now_ms = request.match_info["visit"], request.app[CLOCK].wall_ms()
    query = request.query.get("q", "")[:MAX_QUERY].strip()
    at_desk = await read(request, _at_desk, request, actor, visit_id)
    found = await read(request, search_items, actor, query, now_ms) if query else []
    # By name as the pages of its forms keep them: those of new drafts begin with the visit.
    drafts = [visit_id, *(one.case_id for one in at_desk.drafts)]
    context = {
        "page_data": page_data({"kept": kept(request, actor), "drafts": drafts}),
        "at_desk": at_desk,
        "shown": at_desk.shown,
        "visit": at_desk.shown.visit,
        "query": query,
        "found": found,
        "next_steps": [step for step in VisitStep if step in IN_THE_HALL],
        "priorities": PRIORITIES,
        "now_ms": now_ms,
    }
    return _rendered(request, "outlet_client/usher_visit.html", context, problem)


def _rendered(
    request: web.Request, template: str, context: dict[str, Any], problem: Problem | None
) -> web.Response:
    words = {"steps": VISIT_STEPS, "ends": VISIT_ENDS, "problem": problem}
    return render(request, template, context | words, status=problem.status if problem else 200)


def add_routes(app: web.Application) -> None:
    app.router.add_get(PATH, show_visits)
    app.router.add_post(f"{PATH}/visits", post_visit)
    app.router.add_get(f"{PATH}/visits/{{visit}}", show_visit)
    app.router.add_post(f"{PATH}/visits/{{visit}}/step", post_step)
    app.router.add_post(f"{PATH}/visits/{{visit}}/end", post_end)
