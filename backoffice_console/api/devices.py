"""Devices of windows: a duty lead enrols what a window showed, and revokes it."""

from aiohttp import web

from backoffice_console.api import bodies
from backoffice_console.api.answers import json_answer
from backoffice_console.api.signing import origin_of
from casework.actions.enrol_device import EnrolDevice, enrol_device
from casework.actions.revoke_device import RevokeDevice, revoke_device
from casework.actor import Actor
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.routes import operation

PATH = "/api/v1/devices/{key_id}"


@operation("Enrol the device of a window", body=bodies.Nothing, refusals=("W-02", "K-02", "K-03"))
@require(Door.LEAD, Door.ADMIN)
async def enrol(request: web.Request, actor: Actor) -> web.Response:
    await read_json(request, bodies.Nothing)
    command = EnrolDevice(origin_of(request), request.match_info["key_id"])
    return json_answer(await run(request, enrol_device, command, actor))


@operation("Revoke the device of a window", body=bodies.RevokeBody, refusals=("K-02", "K-03"))
@require(Door.LEAD, Door.ADMIN)
async def revoke(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, bodies.RevokeBody)
    command = RevokeDevice(origin_of(request), request.match_info["key_id"], body.reason)
    return json_answer(await run(request, revoke_device, command, actor))


def setup_devices(app: web.Application) -> None:
    app.router.add_post(f"{PATH}/enrol", enrol)
    app.router.add_post(f"{PATH}/revoke", revoke)
