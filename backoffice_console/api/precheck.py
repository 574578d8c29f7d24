"""预审: what a reviewer thinks of a draft's materials, noted in the call about it."""

from aiohttp import web

from backoffice_console.api import bodies
from backoffice_console.api.answers import id_in_path, json_answer
from backoffice_console.keys import KEYS
from backoffice_console.views.precheck import precheck_of
from casework.actions.note_opinion import NoteOpinion, note_opinion
from casework.actor import Actor
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.keys import STORE
from portal.routes import operation

CALL = "/api/v1/review/calls/{call_id}"


@require(Door.REVIEWER)
async def show_precheck(request: web.Request, actor: Actor) -> web.Response:
    """Only for the reviewer who leads the call; raises NotFound for others."""
    app, call_id = request.app, id_in_path(request, "call_id")
    return json_answer(await app[STORE].read(precheck_of, app[KEYS], actor, call_id))


@operation(
    "Note an opinion on a material, before acceptance",
    body=bodies.OpinionBody,
    refusals=("C-01", "C-02", "C-09", "L-01", "L-02"),
)
@require(Door.REVIEWER)
async def post_opinion(request: web.Request, actor: Actor) -> web.Response:
    app, call_id = request.app, id_in_path(request, "call_id")
    body = await read_json(request, bodies.OpinionBody)
    shown = await app[STORE].read(precheck_of, app[KEYS], actor, call_id)
    command = NoteOpinion(shown.case_id, call_id, body.material, body.opinion, body.words)
    return json_answer(await run(request, note_opinion, command, actor))


def setup_precheck(app: web.Application) -> None:
    app.router.add_get(f"{CALL}/precheck", show_precheck)
    app.router.add_post(f"{CALL}/opinions", post_opinion)
