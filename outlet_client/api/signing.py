"""Reading the application back, and its signature on the screen or on paper."""

from aiohttp import web

from casework.actions.read_back import ReadBack, read_back
from casework.actions.sign_application import SignApplication, sign_application
from casework.actor import Actor
from casework.errors import InvalidInput
from outlet_client.api.answer import case_of, json_answer, run_on_case
from outlet_client.api.bodies import ActBody
from outlet_client.api.uploads import MAX_SIGNATURE_BYTES, store_upload
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.routes import operation

_DIGEST_CHARACTERS = 64


@operation("Shows the application to be read back", body=ActBody, refusals=("C-04", "C-05"))
@require(Door.CLERK)
async def post_read_back(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, ActBody)
    command = ReadBack(request.match_info["case"], body.version)
    return await run_on_case(request, read_back, command, actor)


@operation("The signature drawn on the citizen's screen (`digest` of what was read)")
@require(Door.CITIZEN)
async def post_signature(request: web.Request, actor: Actor) -> web.Response:
    """The body is the picture; C-08 when the application is no longer what was shown."""
    case = await case_of(request, actor)
    digest = digest_of(request)
    stored = await store_upload(request, case.id, max_bytes=MAX_SIGNATURE_BYTES)
    command = SignApplication(case.id, digest, stored)
    return json_answer(await run(request, sign_application, command, actor))


@operation("A photograph of the signed printout, where there is no touch screen (`digest`)")
@require(Door.CLERK)
async def post_paper_signature(request: web.Request, actor: Actor) -> web.Response:
    case = await case_of(request, actor)
    digest = digest_of(request)
    stored = await store_upload(request, case.id)
    command = SignApplication(case.id, digest, stored, on_paper=True)
    return json_answer(await run(request, sign_application, command, actor))


def digest_of(request: web.Request) -> str:
    """The query `digest`; raises InvalidInput."""
    digest = request.query.get("digest", "")
    if len(digest) != _DIGEST_CHARACTERS:
        raise InvalidInput(field="digest")
    return digest


def add_routes(app: web.Application) -> None:
    app.router.add_post("/api/v1/cases/{case}/read-back", post_read_back)
    app.router.add_post("/api/v1/cases/{case}/signature", post_signature)
    app.router.add_post("/api/v1/cases/{case}/paper-signature", post_paper_signature)
