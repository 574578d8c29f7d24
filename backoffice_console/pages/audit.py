"""The auditor's pages: the list, the question for the purpose, the case."""

import json
from dataclasses import asdict, fields
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup

from backoffice_console import words
from backoffice_console.api.answers import id_in_path
from backoffice_console.api.material_files import viewing_of
from backoffice_console.errors import ViewingNeeded
from backoffice_console.keys import EVIDENCE, KEYS, LOG_STATUS
from backoffice_console.views.audit_case import AuditCase, audit_case
from backoffice_console.views.audit_list import AuditFilter, audit_page, filter_options
from backoffice_console.views.entry_words import ENTRY_WORDS, ROUTINE
from backoffice_console.views.viewing import Viewed, require_viewing
from casework.actions.view_case import MAX_PURPOSE, ViewCase, view_case
from casework.actor import Actor
from casework.log.case_status import case_status
from casework.log.status import EntryStatus, entry_status
from casework.model.case import Case
from casework.policy.refusals import PurposeMissing
from casework.store.case_rows import load_case
from casework.views.case_standing import case_standing
from portal.access import require
from portal.bodies import FormLine, read_form
from portal.doors import Door
from portal.keys import CLOCK, STORE, WRITER
from portal.problem import problem_of
from portal.templating import render

_ROOM = "backoffice_console"
_FILTERS = tuple(field.name for field in fields(AuditFilter))
_MAX_FILTER = 100


@require(Door.AUDITOR)
async def show_list(request: web.Request, _actor: Actor) -> web.Response:
    asked = AuditFilter(
        **{name: request.query.get(name, "").strip()[:_MAX_FILTER] for name in _FILTERS}
    )
    page = await request.app[STORE].read(audit_page, asked)
    kept = {name: value for name, value in asdict(asked).items() if value and name != "after"}
    return render(
        request,
        f"{_ROOM}/audit_list.html",
        {
            "page": page,
            "asked": asked,
            "filtered": bool(kept),
            "options": await request.app[STORE].read(filter_options),
            "next_url": f"/audit?{urlencode({**kept, 'after': page.after})}" if page.after else "",
            "words": words,
        },
    )


@require(Door.AUDITOR)
async def show_case(request: web.Request, actor: Actor) -> web.Response:
    """Without a viewing of one's own that still holds, the question for the purpose."""
    app, case_id = request.app, id_in_path(request, "case_id")
    case = await app[STORE].read(load_case, case_id)
    if "viewing" not in request.query:
        return _ask_purpose(request, case)
    viewing = viewing_of(request)
    try:
        await app[STORE].read(
            require_viewing, actor, Viewed.CASE, case_id, viewing, app[CLOCK].wall_ms()
        )
    except ViewingNeeded:
        return _ask_purpose(request, case)
    shown = await app[STORE].read(audit_case, app[KEYS], case_id)
    rungs = _rungs(request, shown)
    return render(
        request,
        f"{_ROOM}/audit_case.html",
        {
            "case": shown,
            "viewing": viewing,
            "entry_words": ENTRY_WORDS,
            "routine": ROUTINE,
            "rungs": rungs,
            "status_of_case": case_status(
                await app[STORE].read(case_standing, case), app[LOG_STATUS]
            ),
            "packages": app[EVIDENCE].packages(case_id),
            "words": words,
            "page": Markup(json.dumps({"case": case_id, "viewing": viewing})),  # noqa: S704 - an id and a number
        },
    )


@require(Door.AUDITOR)
async def open_case(request: web.Request, actor: Actor) -> web.StreamResponse:
    """The purpose is given: the viewing is an entry, and the page names it."""
    case_id = id_in_path(request, "case_id")
    form = await read_form(request, {"purpose": FormLine(MAX_PURPOSE * 2)})
    command = ViewCase(case_id, form["purpose"])
    try:
        viewed = await request.app[WRITER].run(view_case, command, actor=actor)
    except PurposeMissing as missing:
        case = await request.app[STORE].read(load_case, case_id)
        return _ask_purpose(request, case, error=problem_of(missing).detail)
    raise web.HTTPSeeOther(f"/audit/cases/{case_id}?viewing={viewed.entry_seq}")


def _ask_purpose(request: web.Request, case: Case, error: str = "") -> web.Response:
    """Nothing of the case is shown but its number."""
    return render(
        request,
        f"{_ROOM}/audit_purpose.html",
        {"case_id": case.id, "number": case.number, "error": error, "longest": MAX_PURPOSE},
        status=400 if error else 200,
    )


def _rungs(request: web.Request, shown: AuditCase) -> list[EntryStatus]:
    status = request.app[LOG_STATUS]
    published, cosigned = status.published(), status.cosigned()
    return [
        entry_status(
            moment.log_index,
            published,
            cosigned,
            witnesses=status.witnesses,
            time_stamped_at=None
            if moment.log_index is None
            else status.time_stamped_at(moment.log_index),
        )
        for moment in shown.moments
    ]


def setup_audit_pages(app: web.Application) -> None:
    app.router.add_get("/audit", show_list)
    app.router.add_get("/audit/cases/{case_id}", show_case)
    app.router.add_post("/audit/cases/{case_id}", open_case)
