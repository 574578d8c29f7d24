"""The reviewer's acts on a case: thin, each one action of the kernel."""

from aiohttp import web

from backoffice_console.api import bodies
from backoffice_console.api.answers import id_in_path, json_answer
from backoffice_console.keys import KEYS
from backoffice_console.views.review_case import review_case
from casework.actions.check_material import CheckMaterial, check_material
from casework.actions.confirm_identity_on_camera import (
    ConfirmIdentityOnCamera,
    confirm_identity_on_camera,
)
from casework.actions.release_case import ReleaseCase, release_case
from casework.actions.renew_lease import RenewLease, renew_lease
from casework.actions.return_to_outlet import ReturnToOutlet, return_to_outlet
from casework.actions.reveal_field import RevealField, reveal_field
from casework.actions.take_case import TakeCase, take_case
from casework.actions.take_next import TakeNext, take_next
from casework.actor import Actor
from casework.model.decision import Fault
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.keys import CLOCK, STORE, WRITER
from portal.routes import operation

CASE = "/api/v1/review/cases/{case_id}"


@require(Door.REVIEWER)
async def show_case(request: web.Request, actor: Actor) -> web.Response:
    """ETag = the case's version, so that a page that has it asks cheaply."""
    app, case_id = request.app, id_in_path(request, "case_id")
    shown = await app[STORE].read(review_case, app[KEYS], actor, case_id, app[CLOCK].wall_ms())
    answer = json_answer(shown)
    answer.headers["ETag"] = f'"{shown.version}"'
    return answer


@operation("Take the next case of the pool", body=bodies.Nothing, refusals=("C-31",))
@require(Door.REVIEWER)
async def take_next_case(request: web.Request, actor: Actor) -> web.Response:
    await read_json(request, bodies.Nothing)
    return json_answer(await run(request, take_next, TakeNext(), actor))


@operation(
    "Take a case into review", body=bodies.Nothing, refusals=("C-01", "C-02", "C-09", "C-12")
)
@require(Door.REVIEWER)
async def take(request: web.Request, actor: Actor) -> web.Response:
    await read_json(request, bodies.Nothing)
    command = TakeCase(id_in_path(request, "case_id"))
    return json_answer(await request.app[WRITER].run(take_case, command, actor=actor))


@operation("Keep the review lock", body=bodies.Nothing, refusals=("C-11", "C-12"))
@require(Door.REVIEWER)
async def renew(request: web.Request, actor: Actor) -> web.Response:
    await read_json(request, bodies.Nothing)
    command = RenewLease(id_in_path(request, "case_id"))
    return json_answer(await request.app[WRITER].run(renew_lease, command, actor=actor))


@operation("Give the case back to the pool", body=bodies.Versioned, refusals=("C-11", "K-04"))
@require(Door.REVIEWER)
async def release(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, bodies.Versioned)
    command = ReleaseCase(id_in_path(request, "case_id"), body.version)
    return json_answer(await run(request, release_case, command, actor))


@operation(
    "Confirm the identity on camera",
    body=bodies.IdentityBody,
    refusals=("C-11", "C-18", "C-19", "K-04"),
)
@require(Door.REVIEWER)
async def confirm_identity(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, bodies.IdentityBody)
    command = ConfirmIdentityOnCamera(
        case_id=id_in_path(request, "case_id"),
        call_id=body.call,
        face_matches=body.face_matches,
        document_shown=body.document_shown,
        question=body.question,
        question_answered=body.question_answered,
        expected_version=body.version,
    )
    return json_answer(await run(request, confirm_identity_on_camera, command, actor))


@operation("Say whether a material is good", body=bodies.CheckBody, refusals=("C-11", "K-04"))
@require(Door.REVIEWER)
async def check(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, bodies.CheckBody)
    command = CheckMaterial(
        case_id=id_in_path(request, "case_id"),
        material_id=id_in_path(request, "material_id"),
        check=body.check,
        fault=body.fault,
        expected_version=body.version,
    )
    return json_answer(await run(request, check_material, command, actor))


@operation(
    "Return the case to the window", body=bodies.ReturnBody, refusals=("C-11", "C-27", "K-04")
)
@require(Door.REVIEWER)
async def return_case(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, bodies.ReturnBody)
    command = ReturnToOutlet(
        id_in_path(request, "case_id"),
        tuple(Fault(fault.target, fault.reason, fault.note) for fault in body.faults),
        body.version,
    )
    return json_answer(await run(request, return_to_outlet, command, actor))


@operation("Reveal one masked value", body=bodies.RevealBody)
@require(Door.REVIEWER)
async def reveal(request: web.Request, actor: Actor) -> web.Response:
    """Without the caller's idempotency key: the answer is personal and is never stored."""
    app, case_id = request.app, id_in_path(request, "case_id")
    body = await read_json(request, bodies.RevealBody)
    # Whoever may not see the case may not reveal a value of it.
    await app[STORE].read(review_case, app[KEYS], actor, case_id, app[CLOCK].wall_ms())
    done = await app[WRITER].run(reveal_field, RevealField(case_id, body.field), actor=actor)
    return json_answer(done)


def setup_review(app: web.Application) -> None:
    app.router.add_get(CASE, show_case)
    app.router.add_post("/api/v1/review/next", take_next_case)
    app.router.add_post(f"{CASE}/take", take)
    app.router.add_post(f"{CASE}/lease", renew)
    app.router.add_post(f"{CASE}/release", release)
    app.router.add_post(f"{CASE}/identity", confirm_identity)
    app.router.add_post(f"{CASE}/materials/{{material_id}}/check", check)
    app.router.add_post(f"{CASE}/return", return_case)
    app.router.add_post(f"{CASE}/reveal", reveal)
