"""Where an accepted case goes: to the desk, into a call, back again mended, or withdrawn."""

from aiohttp import web

from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.change_road import ChangeRoad, change_road
from casework.actions.fix_returned import FixReturned, fix_returned
from casework.actions.withdraw_case import WithdrawCase, withdraw_case
from casework.actor import Actor
from outlet_client.api.answer import run_on_case
from outlet_client.api.bodies import ActBody, RoadBody, WithdrawBody
from portal.access import require
from portal.bodies import read_json
from portal.doors import Door
from portal.routes import operation

_LACKS = ("C-03", "C-04", "C-05", "C-06", "C-07", "C-32")


@operation("受理: accepts the case and sends it down its road", body=RoadBody, refusals=_LACKS)
@require(Door.CLERK)
async def post_accept(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, RoadBody)
    command = AcceptCase(request.match_info["case"], body.road, body.version)
    return await run_on_case(request, accept_case, command, actor)


@operation("Sends an accepted case down another road", body=RoadBody, refusals=("C-32",))
@require(Door.CLERK)
async def post_road(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, RoadBody)
    command = ChangeRoad(request.match_info["case"], body.road, body.version)
    return await run_on_case(request, change_road, command, actor)


@operation("A returned case is mended and goes to the hall again", body=ActBody, refusals=("C-28",))
@require(Door.CLERK)
async def post_mended(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, ActBody)
    command = FixReturned(request.match_info["case"], body.version)
    return await run_on_case(request, fix_returned, command, actor)


@operation("The applicant withdraws", body=WithdrawBody, refusals=("C-106",))
@require(Door.CLERK)
async def post_withdrawal(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, WithdrawBody)
    command = WithdrawCase(
        request.match_info["case"],
        body.method,
        body.reason,
        body.version,
        tuple(body.given_back),
        body.originals_stay,
    )
    return await run_on_case(request, withdraw_case, command, actor)


def add_routes(app: web.Application) -> None:
    app.router.add_post("/api/v1/cases/{case}/accept", post_accept)
    app.router.add_post("/api/v1/cases/{case}/road", post_road)
    app.router.add_post("/api/v1/cases/{case}/mended", post_mended)
    app.router.add_post("/api/v1/cases/{case}/withdrawal", post_withdrawal)
