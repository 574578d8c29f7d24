"""/usher: the form and the checklist of an item, filled in before the citizen comes to a window."""

import datetime as dt
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from casework.actions.note_at_hand import NoteAtHand, note_at_hand
from casework.actions.open_case import OpenCase, open_case
from casework.actions.save_form import SaveForm, save_form
from casework.actions.withdraw_case import WithdrawCase, withdraw_case
from casework.actor import Actor
from casework.calendar import day_of
from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import item_in_force
from casework.errors import DomainError
from casework.ids import new_id
from casework.policy.refusals import ItemNotGranted
from casework.store.visit_rows import load_visit
from casework.views.case_page import CasePage, case_page
from casework.views.grants import may_accept
from casework.views.visible_cases import visible_case
from outlet_client.api.answer import read
from outlet_client.keys import OUTLET
from outlet_client.pages.page_data import kept, page_data
from outlet_client.pages.usher import PATH, act_once, own_visit, version_of
from outlet_client.shapes.filled_sheet import (
    Sheet,
    Typed,
    changed_values,
    lines_of,
    new_sheet,
    stored_sheet,
    typed,
)
from outlet_client.words import APPLICANT_LABELS
from portal.access import require
from portal.bodies import FormLine, read_form
from portal.doors import Door
from portal.keys import CLOCK, WRITER
from portal.problem import Problem, problem_of
from portal.templating import render


@require(Door.USHER)
async def show_new(request: web.Request, actor: Actor) -> web.Response:
    """What the item asks for, to be ticked and filled in. Raises NotFound, ItemNotInForce, ItemNotGranted."""
    item, number = await _asked(request, actor)
    return _rendered(request, actor, new_sheet(item), _of_new(request, number, new_id()))


@require(Door.USHER)
async def post_new(request: web.Request, actor: Actor) -> web.StreamResponse:
    """Opens the draft. A value that does not fit opens nothing, and everything typed stays on the page."""
    item, number = await _asked(request, actor)
    posted = await read_form(request, {**lines_of(item), "key": FormLine(26)})
    said = typed(item, posted, _today(request))
    context = _of_new(request, number, posted["key"])
    if said.errors:
        return _rendered(request, actor, new_sheet(item, said), context)
    command = OpenCase(
        item.code,
        applicant=said.applicant,
        form={code: value for code, value in said.form.items() if value},
        visit_id=request.match_info["visit"],
        at_hand=said.at_hand,
    )
    try:
        await act_once(request, open_case, command, actor, posted["key"])
    except DomainError as exc:
        return _rendered(request, actor, new_sheet(item, said), context, problem_of(exc))
    raise web.HTTPSeeOther(context["back"])


@require(Door.USHER)
async def show_draft(request: web.Request, actor: Actor) -> web.Response:
    page = await _draft(request, actor)
    return await _shown(request, actor, page, stored_sheet(page))


@require(Door.USHER)
async def post_draft(request: web.Request, actor: Actor) -> web.StreamResponse:
    """Saves what was changed. What is refused stays on the page, above what is stored now."""
    page = await _draft(request, actor)
    posted = await read_form(request, {**lines_of(page.item), "version": FormLine(10)})
    said = typed(page.item, posted, _today(request))
    if said.errors:
        return await _shown(request, actor, page, stored_sheet(page, said))
    try:
        await _save(request, actor, page, said, version_of(posted["version"]))
    except DomainError as exc:
        page = await _draft(request, actor)
        return await _shown(request, actor, page, stored_sheet(page, said), problem_of(exc))
    raise web.HTTPSeeOther(f"{PATH}/visits/{page.case.visit_id}")


@require(Door.USHER)
async def post_drop(request: web.Request, actor: Actor) -> web.StreamResponse:
    """The citizen does not want it after all, or it was the wrong item: the draft is withdrawn."""
    page = await _draft(request, actor)
    try:
        form = await read_form(request, {"version": FormLine(10)})
        version = version_of(form["version"])
        command = WithdrawCase(page.case.id, expected_version=version)
        await request.app[WRITER].run(withdraw_case, command, actor=actor)
    except DomainError as exc:
        page = await _draft(request, actor)
        return await _shown(request, actor, page, stored_sheet(page), problem_of(exc))
    raise web.HTTPSeeOther(f"{PATH}/visits/{page.case.visit_id}")


async def _save(
    request: web.Request, actor: Actor, page: CasePage, said: Typed, version: int
) -> None:
    """Two acts, the second on what the first left. Raises what they raise."""
    case_id, run = page.case.id, request.app[WRITER].run
    values = changed_values(stored_sheet(page), said)
    changed = await run(save_form, SaveForm(case_id, values, version), actor=actor)
    if said.at_hand != page.at_hand:
        ticked = NoteAtHand(case_id, said.at_hand, changed.version)
        await run(note_at_hand, ticked, actor=actor)


async def _asked(request: web.Request, actor: Actor) -> tuple[ItemVersion, str]:
    """The item in the address and the number of the visit it is prepared for."""
    where = request.match_info
    now_ms = request.app[CLOCK].wall_ms()
    return await read(request, _item_for, actor, where["visit"], where["item"], now_ms)


def _item_for(
    conn: Connection, actor: Actor, visit_id: str, code: str, now_ms: int
) -> tuple[ItemVersion, str]:
    own_visit(conn, actor, visit_id)
    item = item_in_force(conn, code, day_of(now_ms))
    if not may_accept(conn, actor.outlet or "", item.code, now_ms):
        raise ItemNotGranted(item=item.code)
    return item, load_visit(conn, visit_id).number


async def _draft(request: web.Request, actor: Actor) -> CasePage:
    """A draft that is still at the desk; raises NotFound for any other case."""
    case_id, now_ms = request.match_info["case"], request.app[CLOCK].wall_ms()
    await read(request, visible_case, actor, case_id, now_ms)
    return await read(request, case_page, request.app[OUTLET].keys, case_id)


async def _shown(
    request: web.Request,
    actor: Actor,
    page: CasePage,
    sheet: Sheet,
    problem: Problem | None = None,
) -> web.Response:
    visit = await read(request, load_visit, page.case.visit_id or "")
    context = {
        "number": visit.number,
        "key": "",
        "version": page.case.version,
        "back": f"{PATH}/visits/{visit.id}",
        "stored": page.applicant,
        "draft": page.case.id,
        "drop": f"{PATH}/cases/{page.case.id}/drop",
    }
    return _rendered(request, actor, sheet, context, problem)


def _of_new(request: web.Request, number: str, key: str) -> dict[str, Any]:
    visit_id = request.match_info["visit"]
    return {
        "number": number,
        "key": key,
        "version": "",
        "back": f"{PATH}/visits/{visit_id}",
        "stored": (),
        "draft": f"{visit_id}.{request.match_info['item']}",
        "drop": "",
    }


def _rendered(
    request: web.Request,
    actor: Actor,
    sheet: Sheet,
    context: dict[str, Any],
    problem: Problem | None = None,
) -> web.Response:
    """What is typed is kept on the machine for this person under the name `draft`, until it is saved."""
    errors = [one for one in (*sheet.applicant, *sheet.fields) if one.error]
    refused = bool(errors or problem)
    data = {"kept": kept(request, actor), "draft": context["draft"], "refused": refused}
    status = problem.status if problem else 422 if errors else 200
    more = {
        "sheet": sheet,
        "errors": errors,
        "problem": problem,
        "applicant_labels": APPLICANT_LABELS,
        "page_data": page_data(data),
    }
    return render(request, "outlet_client/usher_form.html", context | more, status=status)


def _today(request: web.Request) -> dt.date:
    return day_of(request.app[CLOCK].wall_ms())


def add_routes(app: web.Application) -> None:
    app.router.add_get(f"{PATH}/visits/{{visit}}/items/{{item}}", show_new)
    app.router.add_post(f"{PATH}/visits/{{visit}}/items/{{item}}", post_new)
    app.router.add_get(f"{PATH}/cases/{{case}}", show_draft)
    app.router.add_post(f"{PATH}/cases/{{case}}", post_draft)
    app.router.add_post(f"{PATH}/cases/{{case}}/drop", post_drop)
