"""The auditor's acts: opening a case, playing a recording, revealing a value, packages."""

import asyncio
from dataclasses import asdict

from aiohttp import web

from backoffice_console.api import bodies
from backoffice_console.api.answers import NOT_KEPT, id_in_path, json_answer
from backoffice_console.api.material_files import viewing_of
from backoffice_console.keys import EVIDENCE, KEYS
from backoffice_console.views.viewing import Viewed, require_viewing
from casework.actions.reveal_field import RevealField, reveal_field
from casework.actions.view_recording import ViewRecording, view_recording
from casework.actor import Actor
from casework.store.case_rows import load_case
from casework.store.reading import committed_value
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.keys import CLOCK, STORE, WRITER
from portal.routes import operation

CASE = "/api/v1/audit/cases/{case_id}"


@operation("Reveal one masked value", body=bodies.RevealBody, refusals=("B-01",))
@require(Door.AUDITOR)
async def reveal(request: web.Request, actor: Actor) -> web.Response:
    case_id = id_in_path(request, "case_id")
    await _opened(request, actor, case_id, viewing_of(request))
    body = await read_json(request, bodies.RevealBody)
    command = RevealField(case_id, body.field)
    return json_answer(await request.app[WRITER].run(reveal_field, command, actor=actor))


@operation("Begin to play a recording", body=bodies.PlayBody, refusals=("B-01", "C-33"))
@require(Door.AUDITOR)
async def play(request: web.Request, actor: Actor) -> web.Response:
    """The purpose given for the case is that of playing its calls; each playing is an entry."""
    app, call_id = request.app, id_in_path(request, "call_id")
    body = await read_json(request, bodies.PlayBody)
    await _opened(request, actor, body.case, body.viewing)
    purpose = await app[STORE].read(
        committed_value, app[KEYS], f"case:{body.case}", body.viewing, "purpose"
    )
    command = ViewRecording(call_id, body.case, str(purpose))
    return json_answer(await run(request, view_recording, command, actor))


@operation("Make an evidence package", body=bodies.Nothing, refusals=("B-01",))
@require(Door.AUDITOR)
async def export(request: web.Request, actor: Actor) -> web.Response:
    case_id = id_in_path(request, "case_id")
    await _opened(request, actor, case_id, viewing_of(request))
    await read_json(request, bodies.Nothing)
    made = await asyncio.to_thread(request.app[EVIDENCE].export, case_id, actor)
    return json_answer(made, status=201)


@require(Door.AUDITOR)
async def download(request: web.Request, actor: Actor) -> web.StreamResponse:
    case_id, package = id_in_path(request, "case_id"), id_in_path(request, "package_id")
    await _opened(request, actor, case_id, viewing_of(request))
    case = await request.app[STORE].read(load_case, case_id)
    path = await asyncio.to_thread(request.app[EVIDENCE].path_of, case_id, package)
    return web.FileResponse(
        path,
        headers={
            **NOT_KEPT,
            "Content-Type": "application/zip",
            "Content-Disposition": f'attachment; filename="{case.number}-{package}.zip"',
        },
    )


@operation("Verify the newest package, or a fresh one", body=bodies.Nothing, refusals=("B-01",))
@require(Door.AUDITOR)
async def verify(request: web.Request, actor: Actor) -> web.Response:
    """Runs the offline verifier in a thread. Query `fresh`: make a new package first."""
    case_id = id_in_path(request, "case_id")
    await _opened(request, actor, case_id, viewing_of(request))
    await read_json(request, bodies.Nothing)
    evidence, fresh = request.app[EVIDENCE], "fresh" in request.query

    def run() -> dict[str, object]:
        known = () if fresh else evidence.packages(case_id)
        package = known[0] if known else evidence.export(case_id, actor)
        return {
            "package": asdict(package),
            "verification": asdict(evidence.verify(case_id, package.id)),
        }

    return json_answer(await asyncio.to_thread(run))


async def _opened(request: web.Request, actor: Actor, case_id: str, viewing: int) -> None:
    """Raises ViewingNeeded."""
    await request.app[STORE].read(
        require_viewing, actor, Viewed.CASE, case_id, viewing, request.app[CLOCK].wall_ms()
    )


def setup_audit(app: web.Application) -> None:
    app.router.add_post(f"{CASE}/reveal", reveal)
    app.router.add_post("/api/v1/audit/calls/{call_id}/play", play)
    app.router.add_post(f"{CASE}/packages", export)
    app.router.add_get(f"{CASE}/packages/{{package_id}}", download)
    app.router.add_post(f"{CASE}/verification", verify)
