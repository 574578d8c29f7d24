"""出件: who receives the result, the signature for it, and the end of the case."""

from aiohttp import web

from casework.actions.check_receiver import CheckReceiver, check_receiver
from casework.actions.complete_case import CompleteCase, complete_case
from casework.actions.issue_case import IssueCase, issue_case
from casework.actor import Actor
from casework.errors import InvalidInput
from casework.policy.refusals import ReceiverNotChecked
from outlet_client.api.answer import case_of, json_answer, run_on_case
from outlet_client.api.bodies import ActBody, CompletionBody, ReceiverBody
from outlet_client.api.uploads import MAX_SIGNATURE_BYTES, store_upload
from outlet_client.keys import OUTLET
from outlet_client.mirror import Said, ScreenSaid
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.routes import operation


@operation("Who receives the result, and how that was checked", body=ReceiverBody)
@require(Door.CLERK)
async def post_receiver(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, ReceiverBody)
    command = CheckReceiver(
        request.match_info["case"],
        body.receiver,
        body.method,
        body.agent.over({}) if body.agent else None,
        body.reason,
        body.authority_seen,
        body.version,
    )
    return await run_on_case(request, check_receiver, command, actor)


@operation("The signature for receipt, drawn on the citizen's screen", refusals=("C-29",))
@require(Door.CITIZEN)
async def post_receipt_signature(request: web.Request, actor: Actor) -> web.Response:
    """It waits until the clerk issues; signing again takes its place. Raises ReceiverNotChecked: nobody
    signs before it is known who receives.
    """
    case = await case_of(request, actor)
    if case.receiver_checked_at_ms is None:
        raise ReceiverNotChecked
    stored = await store_upload(request, case.id, max_bytes=MAX_SIGNATURE_BYTES)
    outlet = request.app[OUTLET]
    outlet.receipt_signatures.put(case.id, stored, case.receiver_checked_at_ms)
    outlet.mirrors.say(
        ScreenSaid(window=actor.window or "", case=case.id, said=Said.RECEIPT_SIGNED)
    )
    return json_answer({"signed": True})


@operation("Issues the result with the signature given on the screen", body=ActBody)
@require(Door.CLERK)
async def post_issue(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, ActBody)
    case = await case_of(request, actor)
    waiting = request.app[OUTLET].receipt_signatures
    signature = waiting.get(case.id, case.receiver_checked_at_ms)
    if signature is None:
        raise InvalidInput("nobody has signed for receipt yet", field="receipt")
    command = IssueCase(case.id, signature, expected_version=body.version)
    return json_answer(await run(request, issue_case, command, actor))


@operation("Issues the result with a photograph of the signed paper as the body")
@require(Door.CLERK)
async def post_issue_on_paper(request: web.Request, actor: Actor) -> web.Response:
    case = await case_of(request, actor)
    stored = await store_upload(request, case.id)
    command = IssueCase(case.id, stored, on_paper=True)
    return json_answer(await run(request, issue_case, command, actor))


@operation(
    "Closes the case: nothing is left to do", body=CompletionBody, refusals=("C-37", "C-106")
)
@require(Door.CLERK)
async def post_completion(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, CompletionBody)
    command = CompleteCase(request.match_info["case"], body.version, body.originals_stay)
    return await run_on_case(request, complete_case, command, actor)


def add_routes(app: web.Application) -> None:
    app.router.add_post("/api/v1/cases/{case}/receiver", post_receiver)
    app.router.add_post("/api/v1/cases/{case}/receipt-signature", post_receipt_signature)
    app.router.add_post("/api/v1/cases/{case}/issue", post_issue)
    app.router.add_post("/api/v1/cases/{case}/paper-issue", post_issue_on_paper)
    app.router.add_post("/api/v1/cases/{case}/completion", post_completion)
