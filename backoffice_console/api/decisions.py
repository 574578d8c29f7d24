"""The decision in its two phases, what stands in its way, and the hand-back that follows it."""

from dataclasses import asdict

from aiohttp import web

from backoffice_console import keys
from backoffice_console.api import bodies
from backoffice_console.api.answers import id_in_path, json_answer
from backoffice_console.api.paths import DECISION
from backoffice_console.api.signing import signature_of
from backoffice_console.views.call_evidence import call_evidence
from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.hand_back import HandBack, hand_back
from casework.actions.prepare_decision import PrepareDecision, prepare_decision
from casework.actions.revert_decision import RevertDecision, revert_decision
from casework.actor import Actor
from casework.errors import NotFound
from casework.ids import is_id
from casework.model.actor_key import SigningRule
from portal.access import require
from portal.acts import run
from portal.bodies import idempotency_key, read_json
from portal.doors import Door
from portal.keys import CLOCK, STORE, WRITER
from portal.problem import problem_of
from portal.routes import operation

_SIGNING = tuple(f"A-0{number}" for number in range(5, 10))
_EVIDENCE = tuple(f"C-{number}" for number in range(17, 24))


@require(Door.REVIEWER)
async def show_evidence(request: web.Request, actor: Actor) -> web.Response:
    """Whether an approval would pass now, and the recording light. Query `call`: the call's id."""
    app, call_id = request.app, request.query.get("call") or None
    if call_id is not None and not is_id(call_id):
        raise NotFound("no such call")
    clock = app[CLOCK]
    found = await app[STORE].read(
        call_evidence,
        actor,
        id_in_path(request, "case_id"),
        call_id,
        clock.wall_ms(),
        clock.mono_ms(),
    )
    problem = None if found.blocked is None else problem_of(found.blocked)
    return json_answer(
        {
            "call_required": found.call_required,
            "blocked": None
            if problem is None
            else {
                "code": problem.code,
                "slug": problem.slug,
                "title": problem.title,
                "detail": problem.detail,
            },
            "marks": list(found.marks),
            "recording": None if found.recording is None else asdict(found.recording),
        }
    )


@operation(
    "Prepare a decision: all of it is said and checked, nothing is decided",
    body=bodies.DecisionBody,
    refusals=("C-06", "C-11", "C-13", *_EVIDENCE, "C-24", "C-25", "C-26", "K-04"),
)
@require(Door.REVIEWER)
async def prepare(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, bodies.DecisionBody)
    command = PrepareDecision(
        case_id=id_in_path(request, "case_id"),
        outcome=body.outcome,
        call_id=body.call,
        transaction_number=body.transaction_number,
        before=body.before,
        after=body.after,
        reasons=tuple(body.reasons),
        text=body.text,
        remedy=body.remedy,
        expected_version=body.version,
    )
    # No idempotency key: a second preparation is refused by the pending one, and the command
    # holds personal values of which not even a hash should be kept.
    return json_answer(await request.app[WRITER].run(prepare_decision, command, actor=actor))


@operation(
    "Confirm the prepared decision; the case then goes back to its window",
    body=bodies.ConfirmBody,
    refusals=("A-01", "A-02", *_SIGNING, "C-14", "C-15", "C-16", *_EVIDENCE),
)
@require(Door.REVIEWER)
async def confirm(request: web.Request, actor: Actor) -> web.Response:
    """A crash between the two acts leaves a decided case in the reviewer's hand, from where it is
    handed back by a button; the decision itself stands.
    """
    body = await read_json(request, bodies.ConfirmBody)
    case_id, decision_id = id_in_path(request, "case_id"), id_in_path(request, "decision_id")
    key, writer, rule = idempotency_key(request), request.app[WRITER], request.app[keys.SIGNING]
    command = ConfirmDecision(
        case_id,
        decision_id,
        None if rule is SigningRule.OFF else signature_of(request, body.signature),
        rule,
    )
    await writer.run(confirm_decision, command, actor=actor, idempotency_key=key)
    follow = f"{key}/hand_back" if key else None
    done = await writer.run(hand_back, HandBack(case_id), actor=actor, idempotency_key=follow)
    return json_answer(done)


@operation("Take a prepared decision back", body=bodies.Nothing, refusals=("C-14",))
@require(Door.REVIEWER)
async def revert(request: web.Request, actor: Actor) -> web.Response:
    await read_json(request, bodies.Nothing)
    command = RevertDecision(id_in_path(request, "case_id"), id_in_path(request, "decision_id"))
    return json_answer(await run(request, revert_decision, command, actor))


@operation("Hand a decided case back to its window", body=bodies.Nothing, refusals=("C-01",))
@require(Door.REVIEWER)
async def hand_case_back(request: web.Request, actor: Actor) -> web.Response:
    await read_json(request, bodies.Nothing)
    command = HandBack(id_in_path(request, "case_id"))
    return json_answer(await run(request, hand_back, command, actor))


def setup_decisions(app: web.Application) -> None:
    app.router.add_get("/api/v1/review/cases/{case_id}/evidence", show_evidence)
    app.router.add_post(DECISION, prepare)
    app.router.add_post(f"{DECISION}/{{decision_id}}/confirm", confirm)
    app.router.add_post(f"{DECISION}/{{decision_id}}/revert", revert)
    app.router.add_post("/api/v1/review/cases/{case_id}/hand-back", hand_case_back)
