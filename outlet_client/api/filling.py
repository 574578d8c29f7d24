"""Reading a case, confirming who applies, saving the form, and showing a masked value."""

from aiohttp import web
from sqlalchemy import Connection

from casework.actions.confirm_identity import ConfirmIdentity, confirm_identity
from casework.actions.reveal_field import RevealField, reveal_field
from casework.actions.save_form import SaveForm, save_form
from casework.actor import Actor
from casework.keys.key_ring import KeyRing
from casework.model.case import Case
from casework.views.case_page import CasePage, case_page
from casework.views.launches import CaseLaunch, case_launch
from casework.views.sealed_values import sealed_values
from casework.views.visible_cases import visible_case
from outlet_client.api.answer import case_of, json_answer, read, run_on_case
from outlet_client.api.bodies import FormBody, IdentityBody
from outlet_client.keys import OUTLET
from outlet_client.shapes.case_shown import shape_case
from outlet_client.shapes.notice_shown import NoticeShown, notice_shown
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.keys import CLOCK, WRITER
from portal.routes import operation


@operation("One case with its form and materials; numbers masked")
@require(Door.CLERK)
async def get_case(request: web.Request, actor: Actor) -> web.Response:
    outlet, case_id = request.app[OUTLET], request.match_info["case"]
    now_ms = request.app[CLOCK].wall_ms()
    page, notice, launch = await read(request, _shown, outlet.keys, actor, case_id, now_ms)
    waiting = outlet.receipt_signatures.get(case_id, page.case.receiver_checked_at_ms)
    return json_answer(
        {
            "case": shape_case(page),
            "notices": notice,
            "launch": launch,
            "receipt_signed": waiting is not None,
        }
    )


@operation("Confirms who applies, before anything is accepted", body=IdentityBody)
@require(Door.CLERK)
async def post_identity(request: web.Request, actor: Actor) -> web.Response:
    """What the body leaves out keeps its stored value."""
    body = await read_json(request, IdentityBody)
    case = await case_of(request, actor)
    known = await read(request, _known_applicant, request.app[OUTLET].keys, case)
    command = ConfirmIdentity(
        case.id, body.method, body.applicant.over(known), body.reason, body.version
    )
    return json_answer(await run(request, confirm_identity, command, actor))


@operation("Saves what was typed; a field that is not named keeps its value", body=FormBody)
@require(Door.CLERK)
async def post_form(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, FormBody)
    command = SaveForm(request.match_info["case"], body.values, body.version)
    return await run_on_case(request, save_form, command, actor)


@operation("Shows one masked value; each time is an act")
@require(Door.CLERK, Door.CITIZEN)
async def post_reveal(request: web.Request, actor: Actor) -> web.Response:
    """Never under an idempotency key, which would keep the value."""
    case = await case_of(request, actor)
    command = RevealField(case.id, request.match_info["field"])
    return json_answer(await request.app[WRITER].run(reveal_field, command, actor=actor))


def _shown(
    conn: Connection, keys: KeyRing, actor: Actor, case_id: str, now_ms: int
) -> tuple[CasePage, NoticeShown, CaseLaunch | None]:
    """Raises NotFound for a case that this clerk may not know of."""
    visible_case(conn, actor, case_id, now_ms)
    page = case_page(conn, keys, case_id)
    launch = case_launch(conn, keys, page.case, page.item)
    return page, notice_shown(conn, keys, case_id, now_ms), launch


def _known_applicant(conn: Connection, keys: KeyRing, case: Case) -> dict[str, str]:
    return sealed_values(conn, keys, case.chain, case.applicant_seq, "applicant")


def add_routes(app: web.Application) -> None:
    app.router.add_get("/api/v1/cases/{case}", get_case)
    app.router.add_post("/api/v1/cases/{case}/identity", post_identity)
    app.router.add_post("/api/v1/cases/{case}/form", post_form)
    app.router.add_post("/api/v1/cases/{case}/reveal/{field}", post_reveal)
