"""Looking into a case is an act with a purpose: the question, and the entry that answers it."""

from aiohttp import web

from backoffice_console.api.answers import id_in_path
from casework.actions.view_case import MAX_PURPOSE, ViewCase, view_case
from casework.actor import Actor
from casework.model.case import Case
from casework.policy.refusals import PurposeMissing
from casework.store.case_rows import load_case
from portal.bodies import FormLine, read_form
from portal.doors import Door
from portal.keys import STORE, WRITER
from portal.problem import problem_of
from portal.templating import render

LISTS = {Door.AUDITOR: "/audit", Door.LEAD: "/lead/cases"}
CASES = {Door.AUDITOR: "/audit/cases", Door.LEAD: "/lead/cases"}


async def state_purpose(request: web.Request, actor: Actor, door: Door) -> web.StreamResponse:
    """The purpose is given: the viewing is an entry, and the page names it."""
    case_id = id_in_path(request, "case_id")
    form = await read_form(request, {"purpose": FormLine(MAX_PURPOSE * 2)})
    command = ViewCase(case_id, form["purpose"])
    try:
        viewed = await request.app[WRITER].run(view_case, command, actor=actor)
    except PurposeMissing as missing:
        case = await request.app[STORE].read(load_case, case_id)
        return ask_purpose(request, case, door, error=problem_of(missing).detail)
    raise web.HTTPSeeOther(f"{CASES[door]}/{case_id}?viewing={viewed.entry_seq}")


def ask_purpose(request: web.Request, case: Case, door: Door, error: str = "") -> web.Response:
    """Nothing of the case is shown but its number."""
    return render(
        request,
        "backoffice_console/audit_purpose.html",
        {
            "door": door.value,
            "list_path": LISTS[door],
            "case_path": f"{CASES[door]}/{case.id}",
            "number": case.number,
            "error": error,
            "longest": MAX_PURPOSE,
        },
        status=400 if error else 200,
    )
