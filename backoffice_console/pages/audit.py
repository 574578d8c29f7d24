"""The auditor's pages of a case: the question for the purpose, and the case."""

import json

from aiohttp import web
from markupsafe import Markup

from backoffice_console import words
from backoffice_console.api.answers import id_in_path
from backoffice_console.api.material_files import viewing_of
from backoffice_console.errors import ViewingNeeded
from backoffice_console.keys import EVIDENCE, KEYS, LOG_STATUS
from backoffice_console.pages.purpose import ask_purpose, state_purpose
from backoffice_console.views.audit_case import AuditCase, audit_case
from backoffice_console.views.viewing import Viewed, require_viewing
from casework.actor import Actor
from casework.log.case_status import case_status
from casework.log.status import EntryStatus, entry_status
from casework.store.case_rows import load_case
from casework.views.case_standing import case_standing
from portal.access import require
from portal.doors import Door
from portal.entry_words import ENTRY_WORDS, ROUTINE
from portal.keys import CLOCK, STORE
from portal.templating import render

_ROOM = "backoffice_console"


@require(Door.AUDITOR)
async def show_case(request: web.Request, actor: Actor) -> web.Response:
    """Without a viewing of one's own that still holds, the question for the purpose."""
    app, case_id = request.app, id_in_path(request, "case_id")
    case = await app[STORE].read(load_case, case_id)
    if "viewing" not in request.query:
        return ask_purpose(request, case, Door.AUDITOR)
    viewing = viewing_of(request)
    try:
        await app[STORE].read(
            require_viewing, actor, Viewed.CASE, case_id, viewing, app[CLOCK].wall_ms()
        )
    except ViewingNeeded:
        return ask_purpose(request, case, Door.AUDITOR)
    shown = await app[STORE].read(audit_case, app[KEYS], case_id, app[CLOCK].wall_ms())
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
    return await state_purpose(request, actor, Door.AUDITOR)


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
    app.router.add_get("/audit/cases/{case_id}", show_case)
    app.router.add_post("/audit/cases/{case_id}", open_case)
