"""The window's browser as a device: how it stands, and its key shown to the duty lead."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from casework.actions.propose_device import ProposeDevice, propose_device
from casework.actor import Actor
from casework.model.actor_key import SigningRule
from casework.model.device import DeviceState
from casework.views.devices import device
from outlet_client.api.answer import json_answer, read
from outlet_client.api.bodies import Body
from outlet_client.keys import OUTLET
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.errors import PageNotFound
from portal.keys import THROTTLE
from portal.routes import operation

PATH = "/api/v1/window/device"
MAX_KEY_ID = 64
PROPOSALS_PER_MINUTE = 20
"""Of one clerk: a computer shows its key once, and again only when it has made another."""


class DeviceBody(Body):
    """`public_key` is SubjectPublicKeyInfo of a P-256 key in base64."""

    public_key: Annotated[str, Field(max_length=400)]


@operation("How the device with this key stands at the window")
@require(Door.CLERK)
async def show(request: web.Request, actor: Actor) -> web.Response:
    """`state`: unknown, waiting, enrolled or revoked; `rule`: off, optional or required."""
    outlet = request.app[OUTLET]
    key_id = request.query.get("key", "")[:MAX_KEY_ID]
    found = await read(request, device, outlet.log_origin, key_id)
    mine = found is not None and found.window_id == actor.window
    state = found.state if found is not None and mine else DeviceState.UNKNOWN
    rule = outlet.device_signatures
    return json_answer({"rule": rule, "origin": outlet.log_origin, "state": state})


@operation(
    "Show the key of this browser to the duty lead, who may enrol it",
    body=DeviceBody,
    refusals=("W-02", "W-03", "W-07", "P-06"),
)
@require(Door.CLERK)
async def propose(request: web.Request, actor: Actor) -> web.Response:
    outlet = request.app[OUTLET]
    if outlet.device_signatures is SigningRule.OFF:
        raise PageNotFound
    request.app[THROTTLE].take(f"device:{actor.id}", per_minute=PROPOSALS_PER_MINUTE)
    body = await read_json(request, DeviceBody)
    command = ProposeDevice(outlet.log_origin, body.public_key)
    return json_answer(await run(request, propose_device, command, actor))


def add_routes(app: web.Application) -> None:
    app.router.add_get(PATH, show)
    app.router.add_post(PATH, propose)
