"""告知承诺 at the counter: the promise signed on the citizen's screen or on paper, and taken back."""

from aiohttp import web

from casework.actions.make_commitment import MakeCommitment, make_commitment
from casework.actions.withdraw_commitment import WithdrawCommitment, withdraw_commitment
from casework.actor import Actor
from outlet_client.api.answer import case_of, json_answer, run_on_case
from outlet_client.api.bodies import ReasonBody
from outlet_client.api.signing import digest_of
from outlet_client.api.uploads import MAX_SIGNATURE_BYTES, store_upload
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.routes import operation

_REFUSALS = ("C-04", "C-100", "C-101", "C-103")


@operation(
    "The promise in place of a material, signed on the citizen's screen (`digest` of what was read)",
    refusals=_REFUSALS,
)
@require(Door.CITIZEN)
async def post_commitment(request: web.Request, actor: Actor) -> web.Response:
    case = await case_of(request, actor)
    digest = digest_of(request)
    stored = await store_upload(request, case.id, max_bytes=MAX_SIGNATURE_BYTES)
    command = MakeCommitment(case.id, request.match_info["code"], digest, stored)
    return json_answer(await run(request, make_commitment, command, actor), status=201)


@operation("A photograph of the promise signed on paper (`digest`)", refusals=_REFUSALS)
@require(Door.CLERK)
async def post_paper_commitment(request: web.Request, actor: Actor) -> web.Response:
    case = await case_of(request, actor)
    digest = digest_of(request)
    stored = await store_upload(request, case.id)
    command = MakeCommitment(case.id, request.match_info["code"], digest, stored, on_paper=True)
    return json_answer(await run(request, make_commitment, command, actor), status=201)


@operation(
    "The applicant takes a promise back, until the decision", body=ReasonBody, refusals=("C-102",)
)
@require(Door.CLERK)
async def post_withdrawn(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, ReasonBody)
    command = WithdrawCommitment(
        request.match_info["case"], request.match_info["commitment"], body.reason, body.version
    )
    return await run_on_case(request, withdraw_commitment, command, actor)


def add_routes(app: web.Application) -> None:
    promises = "/api/v1/cases/{case}/commitments"
    app.router.add_post(f"{promises}/{{code}}/signature", post_commitment)
    app.router.add_post(f"{promises}/{{code}}/paper-signature", post_paper_commitment)
    app.router.add_post(f"{promises}/{{commitment}}/withdrawal", post_withdrawn)
