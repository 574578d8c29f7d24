"""/admin/import: a workbook of outlets, windows and staff, handed in and judged cell by cell."""

import asyncio

from aiohttp import web

from backoffice_console.admin_pages import render_admin
from backoffice_console.api.answers import NOT_KEPT
from backoffice_console.api.signing import origin_of
from casework.actions.import_organisation import ImportOrganisation, import_organisation
from casework.actor import Actor
from casework.errors import DomainError
from casework.tables.errors import BadCells, NotAWorkbook
from casework.tables.organisation import NOTES, NOTES_TITLE, SHEETS
from casework.tables.safe_zip import MAX_BYTES
from casework.tables.template import write_template
from casework.tables.workbook import Workbook, read_workbook
from portal.access import require
from portal.acts import run
from portal.bodies import BODY_S
from portal.doors import Door
from portal.errors import BadRequest
from portal.keys import PASSWORDS
from portal.problem import problem_of
from portal.table_words import FAULTS

PATH = "/admin/import"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORM_BYTES = 64 * 1024


@require(Door.ADMIN)
async def show_import(request: web.Request, _actor: Actor) -> web.Response:
    return _page(request)


@require(Door.ADMIN)
async def get_template(_request: web.Request, _actor: Actor) -> web.Response:
    content = await asyncio.to_thread(write_template, SHEETS, NOTES_TITLE, NOTES)
    named = {"Content-Disposition": 'attachment; filename="yunchuang-organisation.xlsx"'}
    return web.Response(body=content, content_type=XLSX, headers={**named, **NOT_KEPT})


@require(Door.ADMIN)
async def post_import(request: web.Request, actor: Actor) -> web.Response:
    """All rows or none; what is wrong is listed by sheet, row and column."""
    try:
        content = await _workbook(request)
        # Unzipping and parsing are hard work, and the desk must not feel it.
        book = await asyncio.to_thread(read_workbook, content, SHEETS)
        hashes = {} if book.bad else await _hashes(request, book)
        command = ImportOrganisation(origin_of(request), book, hashes)
        done = await run(request, import_organisation, command, actor)
    except DomainError as exc:
        problem = problem_of(exc)
        bad = exc.cells if isinstance(exc, BadCells) else ()
        return _page(request, problem=problem, bad=bad, status=problem.status)
    return _page(request, done=done)


async def _hashes(request: web.Request, book: Workbook) -> dict[int, str]:
    """Of the first passwords, two at a time as everywhere."""
    passwords, lines = request.app[PASSWORDS], book.lines["staff"]
    made = await asyncio.gather(*(passwords.hash(line.values["password"]) for line in lines))
    return {line.row: hashed for line, hashed in zip(lines, made, strict=True)}


async def _workbook(request: web.Request) -> bytes:
    """Raises BadRequest, NotAWorkbook, HTTPRequestEntityTooLarge."""
    try:
        async with asyncio.timeout(3 * BODY_S):
            posted = await request.clone(client_max_size=MAX_BYTES + _FORM_BYTES).post()
    except TimeoutError as exc:
        raise BadRequest("form did not arrive in time") from exc
    except ValueError as exc:
        raise BadRequest("form cannot be read") from exc
    part = posted.get("workbook")
    if not isinstance(part, web.FileField):
        raise NotAWorkbook(reason="no_file")
    with part.file:
        return await asyncio.to_thread(part.file.read)


def _page(request: web.Request, *, status: int = 200, **found: object) -> web.Response:
    context = {"problem": None, "bad": (), "done": None, "faults": FAULTS, **found}
    return render_admin(
        request, "backoffice_console/admin_import.html", "import", context, status=status
    )


def setup_admin_import(app: web.Application) -> None:
    app.router.add_get(PATH, show_import)
    app.router.add_post(PATH, post_import)
    app.router.add_get(f"{PATH}/template.xlsx", get_template)
