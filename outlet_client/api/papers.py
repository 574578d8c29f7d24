"""单据: the papers of a case, printed at the window; a second copy is a reprint."""

import asyncio
import hashlib

from aiohttp import web

from casework.actions.print_paper import PaperPrinted, PrintPaper, print_paper
from casework.actor import Actor
from casework.errors import NotFound, VersionConflict
from casework.model.case import Case
from casework.model.paper import SIZES, PaperKind
from casework.policy.paper_refusals import PaperNotDue
from casework.views.log_place import decision_place
from casework.views.paper_facts import paper_source
from casework.views.papers import copies_of, kept_copy, round_due
from outlet_client.api.answer import case_of, json_answer, read
from outlet_client.api.bodies import PaperBody
from outlet_client.keys import OUTLET
from outlet_client.views.papers_shown import papers_shown
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.keys import CLOCK, SETTINGS
from portal.papers.content import Issuer, paper_content
from portal.papers.copies import set_copy
from portal.routes import operation

TRIES = 3
LOGGED_WITHIN_S = 3.0
_LOOK_S = 0.1


@operation("The papers that the case has now, and how often each was printed")
@require(Door.CLERK)
async def get_papers(request: web.Request, actor: Actor) -> web.Response:
    case = await case_of(request, actor)
    return json_answer({"papers": await read(request, papers_shown, case)})


@operation("Prints a paper of the case; the second copy is marked as a reprint", body=PaperBody)
@require(Door.CLERK)
async def post_paper(request: web.Request, actor: Actor) -> web.Response:
    """Set before the act, and once more when another copy came between."""
    body = await read_json(request, PaperBody)
    case = await case_of(request, actor)
    if body.size not in SIZES[body.paper]:
        raise PaperNotDue(paper=body.paper.value)
    if body.paper is PaperKind.DECISION:
        await _until_logged(request, case)
    for last in range(TRIES):
        command = await _made(request, case, body)
        try:
            printed = await run(request, print_paper, command, actor)
        except VersionConflict:
            if last == TRIES - 1:
                raise
        else:
            return json_answer({"copy": printed.copy, "url": _address(printed)})
    raise AssertionError("the last try returns or raises")


@operation("One printed copy of a paper, as PDF")
@require(Door.CLERK)
async def get_paper(request: web.Request, actor: Actor) -> web.Response:
    """The very bytes that were printed, each time; a copy that was not printed is not found."""
    case, outlet = await case_of(request, actor), request.app[OUTLET]
    try:
        kind = PaperKind(request.match_info["paper"])
    except ValueError:
        raise NotFound("no such paper") from None
    round_, copy = int(request.match_info["round"]), int(request.match_info["copy"])
    kept = await read(request, kept_copy, outlet.keys, case, kind, round_, copy)
    paper = await asyncio.to_thread(outlet.papers.again, kept)
    return web.Response(
        body=paper,
        content_type="application/pdf",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'inline; filename="{case.number}-{kind.value}-{round_}-{copy}.pdf"',
        },
    )


async def _made(request: web.Request, case: Case, body: PaperBody) -> PrintPaper:
    """The next copy as it stands now. Raises PaperNotDue, PaperTemplateBroken, PaperError."""
    outlet = request.app[OUTLET]
    press, settings = outlet.papers, request.app[SETTINGS]
    round_ = await read(request, round_due, case, body.paper)
    if round_ is None:
        raise PaperNotDue(paper=body.paper.value)
    template, now_ms = press.templates.of(body.paper), request.app[CLOCK].wall_ms()
    source = await read(
        request, paper_source, outlet.keys, case.id, body.paper, now_ms, outlet.log_origin
    )
    copy = 1 + await read(request, copies_of, case.id, body.paper, round_)
    content = paper_content(
        source.case,
        source.facts,
        kind=body.paper,
        size=body.size,
        copy=copy,
        printed_ms=now_ms,
        issuer=Issuer(
            settings.organisation,
            settings.help_line,
            outlet.public_base_url,
            outlet.public_log_url,
        ),
        seal=press.seal,
    )
    paper = await asyncio.to_thread(set_copy, content, template, press.seal)
    sha256 = hashlib.sha256(paper).hexdigest()
    return PrintPaper(case.id, body.paper, body.size, round_, copy, content, template, sha256)


async def _until_logged(request: web.Request, case: Case) -> None:
    """The decision is in the log a moment after it was made. A log that stands still keeps nobody
    waiting: the paper is printed without the line then, and a reprint has it.
    """
    if case.decision_seq is None or not request.app[OUTLET].log_origin:
        return
    for _ in range(round(LOGGED_WITHIN_S / _LOOK_S)):
        if await read(request, decision_place, case) is not None:
            return
        await asyncio.sleep(_LOOK_S)


def _address(printed: PaperPrinted) -> str:
    path = f"/api/v1/cases/{printed.case_id}/papers/{printed.kind.value}"
    return f"{path}/{printed.round}/{printed.copy}.pdf"


def add_routes(app: web.Application) -> None:
    path = "/api/v1/cases/{case}/papers"
    app.router.add_get(path, get_papers)
    app.router.add_post(path, post_paper)
    app.router.add_get(
        path + r"/{paper:[a-z_]+}/{round:\d{1,3}}/{copy:[1-9]\d{0,2}}.pdf", get_paper
    )
