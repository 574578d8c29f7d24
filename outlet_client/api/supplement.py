"""一次性告知 and 补正 at the window: the list, the signed paper, and what the citizen brings."""

from aiohttp import web

from casework.actions.ask_second_notice import AskSecondNotice, ask_second_notice
from casework.actions.give_notice import GiveNotice, give_notice
from casework.actions.require_supplement import RequireSupplement, require_supplement
from casework.actions.supply_supplement import PointAnswer, SupplySupplement, supply_supplement
from casework.actor import Actor
from casework.model.supplement import NoticePoint
from casework.views.supplement_term import supplement_term
from outlet_client.api.answer import case_of, json_answer, read, run_on_case
from outlet_client.api.bodies import NoticeBody, ReasonBody, SupplementBody
from outlet_client.api.uploads import store_upload
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.keys import SETTINGS
from portal.routes import operation


@operation(
    "一次性告知 before acceptance: the one list of what is missing",
    body=NoticeBody,
    refusals=("C-60", "C-61"),
)
@require(Door.CLERK)
async def post_notice(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, NoticeBody)
    case = await case_of(request, actor)
    centre_days = request.app[SETTINGS].supplement_days
    term = await read(request, supplement_term, case.id, centre_days)
    command = RequireSupplement(
        case.id,
        tuple(NoticePoint(one.target, one.reason, one.words, one.bring) for one in body.points),
        body.days or term,
        expected_version=body.version,
    )
    return await run_on_case(request, require_supplement, command, actor)


@operation("Asks the duty lead for leave to send a further list", body=ReasonBody)
@require(Door.CLERK)
async def post_second_notice(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, ReasonBody)
    command = AskSecondNotice(request.match_info["case"], body.reason, body.version)
    return await run_on_case(request, ask_second_notice, command, actor)


@operation(
    "The list was handed over; the body is a photograph of the signed paper", refusals=("C-66",)
)
@require(Door.CLERK)
async def post_notice_receipt(request: web.Request, actor: Actor) -> web.Response:
    case = await case_of(request, actor)
    stored = await store_upload(request, case.id)
    return json_answer(await run(request, give_notice, GiveNotice(case.id, stored), actor))


@operation(
    "补正: every point is supplied or explained, and the case goes on",
    body=SupplementBody,
    refusals=("C-62", "C-63"),
)
@require(Door.CLERK)
async def post_supplement(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, SupplementBody)
    command = SupplySupplement(
        request.match_info["case"],
        tuple(PointAnswer(one.number, one.words) for one in body.answers),
        body.version,
    )
    return await run_on_case(request, supply_supplement, command, actor)


def add_routes(app: web.Application) -> None:
    app.router.add_post("/api/v1/cases/{case}/notice", post_notice)
    app.router.add_post("/api/v1/cases/{case}/second-notice", post_second_notice)
    app.router.add_post("/api/v1/cases/{case}/notice-receipt", post_notice_receipt)
    app.router.add_post("/api/v1/cases/{case}/supplement", post_supplement)
