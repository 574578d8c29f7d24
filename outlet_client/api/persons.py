"""The table of persons of a case: its empty workbook out, the filled one in, judged cell by cell."""

import asyncio

from aiohttp import web
from sqlalchemy import Connection

from casework.actions.save_persons import SavePersons, save_persons
from casework.actor import Actor
from casework.calendar import day_of
from casework.catalogue.stored_item import load_item
from casework.errors import InvalidInput
from casework.model.case import Case
from casework.model.form_field import FormField
from casework.model.person_table import PERSONS
from casework.policy.refusals import MaterialTooLarge, MaterialUnreadable
from casework.tables.errors import BadCells, NotAWorkbook, WorkbookTooLarge
from casework.tables.persons import person_template, read_persons
from casework.tables.safe_zip import MAX_BYTES
from outlet_client.api.answer import case_of, json_answer, read
from outlet_client.api.uploads import read_upload
from portal.access import require
from portal.acts import run
from portal.doors import Door
from portal.i18n import _
from portal.keys import CLOCK, TRACE_ID
from portal.problem import PROBLEM_TYPE, problem_of
from portal.routes import operation
from portal.table_words import FAULTS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@operation("The empty workbook of the case's table of persons")
@require(Door.CLERK)
async def get_template(request: web.Request, actor: Actor) -> web.Response:
    case = await case_of(request, actor)
    columns = await read(request, _columns_of, case)
    content = await asyncio.to_thread(person_template, columns)
    named = {"Content-Disposition": f'attachment; filename="{case.item_code}-persons.xlsx"'}
    return web.Response(
        body=content, content_type=XLSX, headers={**named, "Cache-Control": "no-store"}
    )


@operation(
    "Takes over the table of persons, all rows or none; the body is the workbook. With T-04 "
    "`details.cells` lists every cell that cannot stand",
    refusals=("T-01", "T-02", "T-03", "T-04"),
)
@require(Door.CLERK)
async def post_persons(request: web.Request, actor: Actor) -> web.Response:
    case = await case_of(request, actor)
    columns = await read(request, _columns_of, case)
    content = await _workbook(request)
    today = day_of(request.app[CLOCK].wall_ms())
    try:
        # Unzipping and parsing are hard work, and the desk must not feel it.
        rows = await asyncio.to_thread(read_persons, content, columns, today)
    except BadCells as refused:
        return _listed(request, refused)
    return json_answer(await run(request, save_persons, SavePersons(case.id, rows), actor))


def _columns_of(conn: Connection, case: Case) -> tuple[FormField, ...]:
    columns = load_item(conn, case.item_version_id).persons
    if not columns:
        raise InvalidInput("the item has no table of persons", field=PERSONS)
    return columns


async def _workbook(request: web.Request) -> bytes:
    """Raises what is wrong with a workbook, not with a material."""
    try:
        return await read_upload(request, MAX_BYTES)
    except MaterialTooLarge as large:
        raise WorkbookTooLarge(limit="bytes", allowed=MAX_BYTES) from large
    except MaterialUnreadable as nothing:
        raise NotAWorkbook(reason="upload") from nothing


def _listed(request: web.Request, refused: BadCells) -> web.Response:
    """The problem document of the refusal, and with it the cells: where, and why in words."""
    problem = problem_of(refused)
    cells = [
        {
            "sheet": cell.sheet,
            "row": cell.row,
            "column": cell.column,
            "title": cell.title,
            "fault": cell.fault,
            "words": _(FAULTS[cell.fault]),
            "about": cell.about,
        }
        for cell in refused.cells
    ]
    document = problem.document(instance=request.path, trace_id=request.get(TRACE_ID, ""))
    return web.json_response(
        {**document, "details": {**problem.details, "cells": cells}},
        status=problem.status,
        content_type=PROBLEM_TYPE,
        headers=problem.headers,
    )


def add_routes(app: web.Application) -> None:
    app.router.add_get("/api/v1/cases/{case}/persons/template.xlsx", get_template)
    app.router.add_post("/api/v1/cases/{case}/persons", post_persons)
