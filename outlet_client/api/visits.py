"""Visits at the clerk's window: who waits, calling, the steps, and drafts of the pre-fill desk."""

from aiohttp import web

from casework.actions.begin_step import BeginStep, begin_step
from casework.actions.call_visit import CallVisit, call_visit
from casework.actions.end_visit import EndVisit, end_visit
from casework.actions.miss_visit import MissVisit, miss_visit
from casework.actions.open_visit import OpenVisit, open_visit
from casework.actions.receive_visit import ReceiveVisit, receive_visit
from casework.actions.take_over import TakeOver, take_over
from casework.actor import Actor
from casework.errors import NotFound
from casework.views.visits import visit_by_number
from outlet_client.api.answer import json_answer, read, run_on_case
from outlet_client.api.bodies import (
    ActBody,
    CallNumberBody,
    EndVisitBody,
    OpenVisitBody,
    StepBody,
)
from outlet_client.keys import OUTLET
from outlet_client.shapes.visits_shown import visits_shown
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.keys import CLOCK
from portal.routes import operation

PATH = "/api/v1/visits"
_OF_A_VISIT = ("V-01", "V-04", "V-05")


@operation("The visit at this window, and who waits to be called")
@require(Door.CLERK)
async def get_visits(request: web.Request, actor: Actor) -> web.Response:
    now_ms = request.app[CLOCK].wall_ms()
    return json_answer(await read(request, visits_shown, actor, now_ms))


@operation("Begins a visit at this window, without a call", body=OpenVisitBody, refusals=("V-02",))
@require(Door.CLERK)
async def post_visit(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, OpenVisitBody)
    command = OpenVisit(_origin(request), body.priority, here=True)
    return json_answer(await run(request, open_visit, command, actor), status=201)


@operation(
    "叫号: calls a number of today, or the next who waits",
    body=CallNumberBody,
    refusals=(*_OF_A_VISIT, "V-02", "V-03"),
)
@require(Door.CLERK)
async def post_call_number(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, CallNumberBody)
    visit_id = None
    if body.number.strip():
        now_ms = request.app[CLOCK].wall_ms()
        visit_id = await read(request, visit_by_number, actor.outlet or "", body.number, now_ms)
        if visit_id is None:
            raise NotFound("no visit of this number today")
    command = CallVisit(_origin(request), visit_id)
    return json_answer(await run(request, call_visit, command, actor))


@operation("Calls this visit, or calls it again", body=ActBody, refusals=(*_OF_A_VISIT, "V-02"))
@require(Door.CLERK)
async def post_call(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, ActBody)
    command = CallVisit(_origin(request), request.match_info["visit"], body.version)
    return json_answer(await run(request, call_visit, command, actor))


@operation("Who was called has come to the window", body=ActBody, refusals=_OF_A_VISIT)
@require(Door.CLERK)
async def post_received(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, ActBody)
    command = ReceiveVisit(_origin(request), request.match_info["visit"], body.version)
    return json_answer(await run(request, receive_visit, command, actor))


@operation("过号: who was called has not come", body=ActBody, refusals=_OF_A_VISIT)
@require(Door.CLERK)
async def post_missed(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, ActBody)
    command = MissVisit(_origin(request), request.match_info["visit"], body.version)
    return json_answer(await run(request, miss_visit, command, actor))


@operation("Begins a step of the visit", body=StepBody, refusals=_OF_A_VISIT)
@require(Door.CLERK)
async def post_step(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, StepBody)
    command = BeginStep(_origin(request), request.match_info["visit"], body.step, body.version)
    return json_answer(await run(request, begin_step, command, actor))


@operation("Ends the visit", body=EndVisitBody, refusals=("V-01", "V-04"))
@require(Door.CLERK)
async def post_end(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, EndVisitBody)
    command = EndVisit(_origin(request), request.match_info["visit"], body.left, body.version)
    return json_answer(await run(request, end_visit, command, actor))


@operation("接手: takes a draft of the pre-fill desk over", body=ActBody, refusals=("V-07", "V-08"))
@require(Door.CLERK)
async def post_take_over(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, ActBody)
    command = TakeOver(request.match_info["case"], body.version)
    return await run_on_case(request, take_over, command, actor)


def _origin(request: web.Request) -> str:
    return request.app[OUTLET].log_origin


def add_routes(app: web.Application) -> None:
    app.router.add_get(PATH, get_visits)
    app.router.add_post(PATH, post_visit)
    app.router.add_post(f"{PATH}/call", post_call_number)
    app.router.add_post(f"{PATH}/{{visit}}/call", post_call)
    app.router.add_post(f"{PATH}/{{visit}}/received", post_received)
    app.router.add_post(f"{PATH}/{{visit}}/missed", post_missed)
    app.router.add_post(f"{PATH}/{{visit}}/step", post_step)
    app.router.add_post(f"{PATH}/{{visit}}/end", post_end)
    app.router.add_post("/api/v1/cases/{case}/take-over", post_take_over)
