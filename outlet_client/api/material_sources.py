"""Materials that nobody brings: asked from the authority that issued them, or taken over from another case."""

import asyncio
from dataclasses import dataclass, replace

from aiohttp import web
from sqlalchemy import Connection

from casework.actions.ask_source import AskSource, ask_source
from casework.actions.note_source_answer import NoteSourceAnswer, note_source_answer
from casework.actions.take_over_material import TakeOverMaterial, take_over_material
from casework.actor import Actor
from casework.calendar import day_of
from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import load_item
from casework.errors import NotFound
from casework.keys.key_ring import KeyRing
from casework.materials.verifier import Finding, SourceAnswer, SourceQuestion
from casework.model.case import Case
from casework.model.material import Material, SourceKind
from casework.policy.material_refusals import SourceNotSet
from casework.views.sealed_values import sealed_values
from casework.views.taken_over import materials_elsewhere, may_be_taken_over
from casework.views.visible_cases import visible_case
from outlet_client.api.answer import case_of, json_answer, read
from outlet_client.api.bodies import NothingBody, TakeOverBody
from outlet_client.keys import OUTLET
from outlet_client.papers.statement import StatedFor, statement_pdf
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.keys import CLOCK, WRITER
from portal.papers.typesetting import PaperError
from portal.routes import operation


@dataclass(frozen=True, slots=True)
class _Page:
    id: str
    page: int
    pages: int
    grade: str
    source: str
    added_ms: int


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    case_id: str
    number: str
    item: str
    pages: tuple[_Page, ...]


@operation(
    "Asks the authority that issued a material; what it states becomes a material of grade A",
    body=NothingBody,
    refusals=("C-04", "C-103", "C-105"),
)
@require(Door.CLERK)
async def post_shared_data(request: web.Request, actor: Actor) -> web.Response:
    """Recorded before anything goes out; asked outside any transaction; then the answer is recorded.

    A crash in between leaves a question without an answer: the material is missing as before.
    """
    await read_json(request, NothingBody)
    case = await case_of(request, actor)
    code = request.match_info["code"]
    outlet = request.app[OUTLET]
    item, applicant = await read(request, _about, outlet.keys, case)
    spec, source = item.material(code), outlet.sources.of(item.code, code)
    if spec is not None and spec.may_come_from(SourceKind.SHARED_DATA) and source is None:
        raise SourceNotSet
    name = source.name if source else ""
    asked = await request.app[WRITER].run(ask_source, AskSource(case.id, code, name), actor=actor)
    if spec is None or source is None:
        raise NotFound("no such material")
    question = SourceQuestion(
        asked.question_id,
        item.code,
        item.version,
        code,
        applicant.get("name", ""),
        applicant.get("id_number", ""),
        applicant.get("organisation", ""),
        applicant.get("credit_code", ""),
    )
    answer = await outlet.sources.ask(source, question)
    command = NoteSourceAnswer(
        case.id, code, name, question.id, answer.finding, cause=answer.cause, applicant=applicant
    )
    stated = StatedFor(case.number, item.name, spec.name, question.id)
    command = await asyncio.to_thread(_with_sheet, request, command, stated, answer)
    return json_answer(await run(request, note_source_answer, command, actor))


@operation("Where else the applicant's cases have this material already")
@require(Door.CLERK)
async def get_elsewhere(request: web.Request, actor: Actor) -> web.Response:
    case = await case_of(request, actor)
    found = await read(
        request,
        materials_elsewhere,
        actor,
        case.id,
        request.match_info["code"],
        request.app[CLOCK].wall_ms(),
    )
    return json_answer(
        {
            "cases": [
                _Elsewhere(
                    one.case_id, one.number, one.item, tuple(_page(page) for page in one.pages)
                )
                for one in found
            ]
        }
    )


@operation(
    "Takes a page of a material over from another case of the applicant",
    body=TakeOverBody,
    refusals=("C-103", "C-104"),
)
@require(Door.CLERK)
async def post_taken_over(request: web.Request, actor: Actor) -> web.Response:
    """The content is opened under the other case's key and sealed again under this one's."""
    body = await read_json(request, TakeOverBody)
    case = await case_of(request, actor)
    code = request.match_info["code"]
    now_ms = request.app[CLOCK].wall_ms()
    found = await read(request, _origin, actor, body, code, now_ms)
    store = request.app[OUTLET].materials

    def again() -> TakeOverMaterial:
        content = store.get(body.from_case, found.stored.blob, found.stored.ciphertext_sha256)
        stored = store.put(case.id, content)
        return TakeOverMaterial(case.id, code, body.from_case, found.id, stored)

    command = await asyncio.to_thread(again)
    return json_answer(await run(request, take_over_material, command, actor), status=201)


def _about(conn: Connection, keys: KeyRing, case: Case) -> tuple[ItemVersion, dict[str, str]]:
    applicant = sealed_values(conn, keys, case.chain, case.applicant_seq, "applicant")
    return load_item(conn, case.item_version_id), applicant


def _origin(conn: Connection, actor: Actor, body: TakeOverBody, code: str, now_ms: int) -> Material:
    case = visible_case(conn, actor, body.from_case, now_ms)
    pages = may_be_taken_over(conn, case, code)
    found = next((one for one in pages if one.id == body.from_material), None)
    if found is None:
        raise NotFound("no such material to take over")
    return found


def _with_sheet(
    request: web.Request, command: NoteSourceAnswer, stated: StatedFor, answer: SourceAnswer
) -> NoteSourceAnswer:
    """The command with the sheet made of the statement. What has run out or cannot be printed is no
    material: the paper is brought.
    """
    statement = answer.statement
    if answer.finding is not Finding.FOUND or statement is None:
        return command
    today = day_of(request.app[CLOCK].wall_ms())
    if statement.valid_until is not None and statement.valid_until < today:
        return replace(command, finding=Finding.EXPIRED)
    try:
        sheet = statement_pdf(stated, statement)
    except PaperError:
        return replace(command, finding=Finding.UNAVAILABLE, cause="cannot_be_set")
    stored = request.app[OUTLET].materials.put(command.case_id, sheet)
    return replace(command, statement=statement, stored=stored)


def _page(one: Material) -> _Page:
    return _Page(one.id, one.page, one.stored.pages, one.grade, one.source, one.added_at_ms)


def add_routes(app: web.Application) -> None:
    material = "/api/v1/cases/{case}/materials/{code}"
    app.router.add_post(f"{material}/shared-data", post_shared_data)
    app.router.add_get(f"{material}/elsewhere", get_elsewhere)
    app.router.add_post(f"{material}/taken-over", post_taken_over)
