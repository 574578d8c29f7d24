"""Paper originals at the counter: taken in, handed over, given back."""

from aiohttp import web

from casework.actions.give_back_original import GiveBackOriginal, give_back_original
from casework.actions.hand_over_original import HandOverOriginal, hand_over_original
from casework.actions.take_original import TakeOriginal, take_original
from casework.actor import Actor
from outlet_client.api.answer import case_of, json_answer, run_on_case
from outlet_client.api.bodies import GiveBackBody, HandOverBody, TakeOriginalBody
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.routes import operation


@operation("Takes a paper original in", body=TakeOriginalBody)
@require(Door.CLERK)
async def post_original(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, TakeOriginalBody)
    case = await case_of(request, actor)
    command = TakeOriginal(case.id, body.code, body.what, body.place, body.version)
    return json_answer(await run(request, take_original, command, actor), status=201)


@operation(
    "A paper original changes hands, or reaches the archive", body=HandOverBody, refusals=("C-107",)
)
@require(Door.CLERK)
async def post_hand_over(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, HandOverBody)
    command = HandOverOriginal(
        request.match_info["case"],
        request.match_info["original"],
        body.place,
        body.to,
        body.version,
    )
    return await run_on_case(request, hand_over_original, command, actor)


@operation("A paper original goes back to the applicant", body=GiveBackBody, refusals=("C-107",))
@require(Door.CLERK)
async def post_given_back(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, GiveBackBody)
    command = GiveBackOriginal(
        request.match_info["case"], request.match_info["original"], body.note, body.version
    )
    return await run_on_case(request, give_back_original, command, actor)


def add_routes(app: web.Application) -> None:
    originals = "/api/v1/cases/{case}/originals"
    app.router.add_post(originals, post_original)
    app.router.add_post(f"{originals}/{{original}}/hand-over", post_hand_over)
    app.router.add_post(f"{originals}/{{original}}/given-back", post_given_back)
