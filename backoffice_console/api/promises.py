"""后续核查: the duty lead says whether what was promised in the place of a material is so."""

from aiohttp import web

from backoffice_console.api import bodies
from backoffice_console.api.answers import id_in_path, json_answer
from casework.actions.check_commitment import CheckCommitment, check_commitment
from casework.actor import Actor
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.routes import operation


@operation(
    "Say whether a promise was kept", body=bodies.PromiseBody, refusals=("C-102", "K-03", "K-04")
)
@require(Door.LEAD)
async def check(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, bodies.PromiseBody)
    command = CheckCommitment(
        id_in_path(request, "case_id"),
        id_in_path(request, "commitment"),
        body.result,
        body.finding,
        body.version,
    )
    return json_answer(await run(request, check_commitment, command, actor))


def setup_promises(app: web.Application) -> None:
    app.router.add_post("/api/v1/lead/promises/{case_id}/{commitment}/check", check)
