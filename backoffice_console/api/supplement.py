"""一次性告知: the reviewer's one list for the citizen, and the leave for a further one."""

from aiohttp import web

from backoffice_console.api import bodies
from backoffice_console.api.answers import id_in_path, json_answer
from casework.actions.allow_second_notice import AllowSecondNotice, allow_second_notice
from casework.actions.ask_second_notice import AskSecondNotice, ask_second_notice
from casework.actions.refuse_second_notice import RefuseSecondNotice, refuse_second_notice
from casework.actions.require_supplement import RequireSupplement, require_supplement
from casework.actor import Actor
from casework.model.supplement import NoticePoint
from casework.views.supplement_term import supplement_term
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.keys import SETTINGS, STORE
from portal.routes import operation

CASE = "/api/v1/review/cases/{case_id}"
LEAVE = "/api/v1/lead/second-notices/{case_id}"


@operation(
    "Tell the citizen once what to supply",
    body=bodies.SupplementBody,
    refusals=("C-11", "C-18", "C-60", "C-61", "K-04"),
)
@require(Door.REVIEWER)
async def require_it(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, bodies.SupplementBody)
    app, case_id = request.app, id_in_path(request, "case_id")
    term = await app[STORE].read(supplement_term, case_id, app[SETTINGS].supplement_days)
    command = RequireSupplement(
        case_id,
        tuple(NoticePoint(one.target, one.reason, one.words, one.bring) for one in body.points),
        body.days or term,
        body.call,
        body.version,
    )
    return json_answer(await run(request, require_supplement, command, actor))


@operation(
    "Ask the duty lead for leave to send a further list",
    body=bodies.ReasonBody,
    refusals=("C-11", "C-64", "K-04"),
)
@require(Door.REVIEWER)
async def ask(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, bodies.ReasonBody)
    command = AskSecondNotice(id_in_path(request, "case_id"), body.reason, body.version)
    return json_answer(await run(request, ask_second_notice, command, actor))


@operation("Allow a further list", body=bodies.ReasonBody, refusals=("C-65", "K-03", "K-04"))
@require(Door.LEAD)
async def allow(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, bodies.ReasonBody)
    command = AllowSecondNotice(id_in_path(request, "case_id"), body.reason, body.version)
    return json_answer(await run(request, allow_second_notice, command, actor))


@operation("Refuse a further list", body=bodies.ReasonBody, refusals=("C-65", "K-03", "K-04"))
@require(Door.LEAD)
async def refuse(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, bodies.ReasonBody)
    command = RefuseSecondNotice(id_in_path(request, "case_id"), body.reason, body.version)
    return json_answer(await run(request, refuse_second_notice, command, actor))


def setup_supplement(app: web.Application) -> None:
    app.router.add_post(f"{CASE}/supplement", require_it)
    app.router.add_post(f"{CASE}/second-notice", ask)
    app.router.add_post(f"{LEAVE}/allow", allow)
    app.router.add_post(f"{LEAVE}/refuse", refuse)
