"""出件: who receives the result, the signature for it, the receipt, and the end of the case."""

import asyncio
import hashlib

from aiohttp import web

from casework.actions.check_receiver import CheckReceiver, check_receiver
from casework.actions.complete_case import CompleteCase, complete_case
from casework.actions.issue_case import IssueCase, issue_case
from casework.actions.issue_receipt import IssueReceipt, issue_receipt
from casework.actions.print_receipt import PrintReceipt, print_receipt
from casework.actor import Actor
from casework.errors import InvalidInput
from casework.model.case import Case
from casework.views.log_place import decision_place
from outlet_client.api.answer import case_of, json_answer, read, run_on_case
from outlet_client.api.bodies import ActBody, NothingBody, ReceiverBody
from outlet_client.api.uploads import MAX_SIGNATURE_BYTES, store_upload
from outlet_client.keys import OUTLET
from outlet_client.mirror import Said, ScreenSaid
from outlet_client.papers.receipt import receipt_pdf
from outlet_client.views.receipt_source import receipt_source
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.keys import SETTINGS, WRITER
from portal.routes import operation

LOGGED_WITHIN_S = 3.0
_LOOK_S = 0.1


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
        body.version,
    )
    return await run_on_case(request, check_receiver, command, actor)


@operation("The signature for receipt, drawn on the citizen's screen")
@require(Door.CITIZEN)
async def post_receipt_signature(request: web.Request, actor: Actor) -> web.Response:
    """It waits until the clerk issues; signing again takes its place."""
    case = await case_of(request, actor)
    stored = await store_upload(request, case.id, max_bytes=MAX_SIGNATURE_BYTES)
    outlet = request.app[OUTLET]
    outlet.receipt_signatures.put(case.id, stored)
    outlet.mirrors.say(ScreenSaid(window=case.window_id, case=case.id, said=Said.RECEIPT_SIGNED))
    return json_answer({"signed": True})


@operation("Issues the result with the signature given on the screen", body=ActBody)
@require(Door.CLERK)
async def post_issue(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, ActBody)
    case = await case_of(request, actor)
    signature = request.app[OUTLET].receipt_signatures.get(case.id)
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


@operation("Closes the case: nothing is left to do", body=ActBody, refusals=("C-37",))
@require(Door.CLERK)
async def post_completion(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, ActBody)
    command = CompleteCase(request.match_info["case"], body.version)
    return await run_on_case(request, complete_case, command, actor)


@operation(
    "Takes a copy of the receipt out for printing; the second is a reprint", body=NothingBody
)
@require(Door.CLERK)
async def post_receipt(request: web.Request, actor: Actor) -> web.Response:
    await read_json(request, NothingBody)
    case = await case_of(request, actor)
    if request.app[OUTLET].log_origin:
        await _until_logged(request, case)
    printed = await run(request, print_receipt, PrintReceipt(case.id), actor)
    return json_answer(
        {"copy": printed.copy, "url": f"/api/v1/cases/{case.id}/receipts/{printed.copy}.pdf"}
    )


@operation("One printed copy of the receipt, as PDF")
@require(Door.CLERK)
async def get_receipt(request: web.Request, actor: Actor) -> web.Response:
    """The same bytes each time it is asked for; a copy that was not taken out is not found. What they
    are is committed to before they are given out, once.
    """
    case, copy = await case_of(request, actor), int(request.match_info["copy"])
    outlet = request.app[OUTLET]
    facts = await read(request, receipt_source, outlet.keys, case, copy, outlet.log_origin)
    paper = await asyncio.to_thread(
        receipt_pdf,
        facts,
        organisation=request.app[SETTINGS].organisation,
        public_base_url=outlet.public_base_url,
        public_log_url=outlet.public_log_url,
    )
    issued = IssueReceipt(case.id, copy, hashlib.sha256(paper).hexdigest())
    await request.app[WRITER].run(issue_receipt, issued, actor=actor)
    return web.Response(
        body=paper,
        content_type="application/pdf",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'inline; filename="{facts.number}-{facts.copy}.pdf"',
        },
    )


async def _until_logged(request: web.Request, case: Case) -> None:
    """The decision is in the log a moment after it was made. A log that stands still keeps nobody
    waiting: the receipt is printed without the line then, and a reprint has it.
    """
    for _ in range(round(LOGGED_WITHIN_S / _LOOK_S)):
        if case.decision_seq is None or await read(request, decision_place, case) is not None:
            return
        await asyncio.sleep(_LOOK_S)


def add_routes(app: web.Application) -> None:
    app.router.add_post("/api/v1/cases/{case}/receiver", post_receiver)
    app.router.add_post("/api/v1/cases/{case}/receipt-signature", post_receipt_signature)
    app.router.add_post("/api/v1/cases/{case}/issue", post_issue)
    app.router.add_post("/api/v1/cases/{case}/paper-issue", post_issue_on_paper)
    app.router.add_post("/api/v1/cases/{case}/completion", post_completion)
    app.router.add_post("/api/v1/cases/{case}/receipts", post_receipt)
    app.router.add_get(r"/api/v1/cases/{case}/receipts/{copy:[1-9]\d{0,2}}.pdf", get_receipt)
