"""Work lists of the window, the state of the window itself, and pairing its second screen."""

import datetime as dt
import io

import segno
from aiohttp import web

from casework.actions.issue_pairing_code import IssuePairingCode, issue_pairing_code
from casework.actor import Actor
from casework.calendar import CHINA, day_of
from outlet_client.api.answer import json_answer, read
from outlet_client.api.bodies import NothingBody
from outlet_client.keys import OUTLET
from outlet_client.views.work_lists import WorkList, work_counts, work_list
from portal.access import require
from portal.bodies import read_json
from portal.doors import Door
from portal.errors import PageNotFound
from portal.keys import CLOCK, WRITER
from portal.routes import operation


@operation("How much waits in each list of the window")
@require(Door.CLERK)
async def get_counts(request: web.Request, actor: Actor) -> web.Response:
    counted = await read(request, work_counts, actor, _day_start_ms(request))
    return json_answer(counted)


@operation("One list: results, returned, supplement, to_issue, drafts, in_hall or today")
@require(Door.CLERK)
async def get_list(request: web.Request, actor: Actor) -> web.Response:
    try:
        name = WorkList(request.match_info["list"])
    except ValueError:
        raise PageNotFound from None
    keys = request.app[OUTLET].keys
    lines = await read(request, work_list, keys, actor, name, _day_start_ms(request))
    return json_answer({"cases": lines})


@operation("A code by which a second screen joins the window", body=NothingBody)
@require(Door.CLERK)
async def post_pairing(request: web.Request, actor: Actor) -> web.Response:
    """Never under an idempotency key, which would keep the code."""
    await read_json(request, NothingBody)
    issued = await request.app[WRITER].run(issue_pairing_code, IssuePairingCode(), actor=actor)
    address = request.url.origin().with_path("/pair").with_fragment(issued.code)
    picture = io.BytesIO()
    segno.make(str(address), error="m", micro=False).save(picture, kind="svg", border=2, scale=6)
    return json_answer(
        {
            "code": issued.code,
            "expires_ms": issued.expires_ms,
            "address": str(address),
            "qr": picture.getvalue().decode(),
        }
    )


def _day_start_ms(request: web.Request) -> int:
    today = day_of(request.app[CLOCK].wall_ms())
    return int(dt.datetime.combine(today, dt.time(), CHINA).timestamp() * 1000)


def add_routes(app: web.Application) -> None:
    app.router.add_get("/api/v1/window/counts", get_counts)
    app.router.add_get("/api/v1/window/lists/{list}", get_list)
    app.router.add_post("/api/v1/window/pairing", post_pairing)
