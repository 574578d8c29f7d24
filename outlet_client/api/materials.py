"""Materials: stills and uploads in, contents out, and the clerk's check."""

import asyncio

from aiohttp import web

from casework.actions.add_material import AddMaterial, add_material
from casework.actions.check_material import CheckMaterial, check_material
from casework.actor import Actor
from casework.catalogue.stored_item import load_item
from casework.errors import InvalidInput, NotFound
from casework.model.material import MaterialGrade, MaterialSource, MediaType
from casework.views.material_slots import materials_of
from outlet_client.api.answer import case_of, json_answer, read, run_on_case
from outlet_client.api.bodies import CheckMaterialBody
from outlet_client.api.uploads import store_upload
from outlet_client.keys import OUTLET
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.routes import operation
from portal.shown_materials.view import marked
from portal.shown_materials.words import copy_mark_of, mark_of

# A still is taken of the original in the clerk's hand; an upload is a copy until it is compared.
_GRADES = {MaterialSource.STILL: MaterialGrade.B, MaterialSource.UPLOAD: MaterialGrade.C}
MAX_DIGITS = 3
_SUFFIXES = {MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.PDF: "pdf"}


@operation(
    "Adds a version of a page of a material, the first unless `page` says another; the body is the "
    "file itself (`source`: still or upload)",
    refusals=("C-34", "C-35"),
)
@require(Door.CLERK)
async def post_material(request: web.Request, actor: Actor) -> web.Response:
    case = await case_of(request, actor)
    source = request.query.get("source", "")
    if source not in _GRADES:
        raise InvalidInput("a still or an upload", field="source")
    page = request.query.get("page", "1")
    if not (page.isascii() and page.isdigit()) or len(page) > MAX_DIGITS:
        raise InvalidInput("a number", field="page")
    stored = await store_upload(request, case.id)
    command = AddMaterial(
        case.id,
        request.match_info["code"],
        stored,
        MaterialSource(source),
        _GRADES[MaterialSource(source)],
        int(page),
    )
    return json_answer(await run(request, add_material, command, actor), status=201)


@operation("One version as people see it: a view under a mark, with `copy` one to be printed")
@require(Door.CLERK)
async def get_material(request: web.Request, actor: Actor) -> web.Response:
    """Pictures are shown, a PDF is downloaded: neither may run anything in our name. The content itself
    leaves the house in an evidence package alone.
    """
    case = await case_of(request, actor)
    versions = await read(request, materials_of, case.id)
    wanted = request.match_info["material"]
    material = next((one for one in versions if one.id == wanted), None)
    if material is None:
        raise NotFound("no such material")
    stored = material.stored
    store = request.app[OUTLET].materials
    content = await asyncio.to_thread(store.get, case.id, stored.blob, stored.ciphertext_sha256)
    item = await read(request, load_item, case.item_version_id)
    if "copy" in request.query:
        mark = copy_mark_of(item.name, case.number, material.grade)
    else:
        mark = mark_of(item.name, case.number)
    view = await marked(content, stored.media_type, mark)
    kind = "attachment" if stored.media_type is MediaType.PDF else "inline"
    name = f"{wanted}.{_SUFFIXES[stored.media_type]}"
    return web.Response(
        body=view,
        content_type=stored.media_type,
        headers={
            # Somebody else sits down at this browser next: nothing personal stays on its disk.
            "Cache-Control": "no-store",
            "Content-Disposition": f'{kind}; filename="{name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@operation("The clerk's word on a material", body=CheckMaterialBody)
@require(Door.CLERK)
async def post_check(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, CheckMaterialBody)
    command = CheckMaterial(
        request.match_info["case"],
        request.match_info["material"],
        body.check,
        body.fault,
        body.original_seen,
        body.version,
    )
    return await run_on_case(request, check_material, command, actor)


def add_routes(app: web.Application) -> None:
    app.router.add_post("/api/v1/cases/{case}/materials/{code}", post_material)
    app.router.add_get("/api/v1/cases/{case}/materials/{material}", get_material)
    app.router.add_post("/api/v1/cases/{case}/materials/{material}/check", post_check)
