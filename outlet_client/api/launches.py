"""Launches of the city's intake platforms: taken in from the platform, opened by the clerk (docs/launch.md)."""

import asyncio
from dataclasses import asdict

from aiohttp import web
from pydantic import BaseModel

from casework.actions.open_launch import OpenLaunch, open_launch
from casework.actions.receive_launch import ReceiveLaunch, receive_launch
from casework.actor import SYSTEM, Actor
from casework.launch.signed import TYPE, peek, verify
from casework.model.launch import MAX_LAUNCH_BYTES
from casework.policy.launch_refusals import LaunchMalformed, LaunchTooLarge
from casework.views.launches import shown_launch, trusted_key
from outlet_client.api.answer import json_answer, read
from outlet_client.api.bodies import NothingBody
from outlet_client.keys import OUTLET
from portal.access import public, require
from portal.bodies import BODY_S, read_json
from portal.doors import Door
from portal.errors import BadRequest
from portal.keys import CLOCK, THROTTLE, WRITER
from portal.routes import operation
from portal.visitor import visitor_address

PATH = "/api/v1/launches"
CONTENT_TYPE = "application/jose"
PER_MINUTE_ADDRESS = 600
PER_MINUTE_PLATFORM = 600
"""A city's platform has one address more often than not."""


class LaunchAnswer(BaseModel):
    """`path` is where the clerk's browser is sent, `expires_ms` how long that leads anywhere."""

    path: str
    expires_ms: int


@operation(
    f"Hands over a matter of an intake platform, signed as a compact JWS of type {TYPE}",
    text=CONTENT_TYPE,
    answer=LaunchAnswer,
    refusals=(
        "J-01", "J-02", "J-03", "J-04", "J-05", "J-06", "J-07", "J-11", "C-03", "C-36", "P-06",
    ),
)  # fmt: skip
@public
async def post_launch(request: web.Request) -> web.Response:
    """The signature is the platform's only way in. Sent once more, the same launch gives the same answer
    until somebody has opened it.
    """
    throttle = request.app[THROTTLE]
    throttle.take(f"launch:{visitor_address(request)}", per_minute=PER_MINUTE_ADDRESS)
    unverified = peek(await _token(request))
    clock = request.app[CLOCK]
    found = await read(
        request, trusted_key, unverified.launch.issuer, unverified.kid, clock.wall_ms()
    )
    launch = verify(
        unverified,
        found.key,
        audience=request.app[OUTLET].log_origin,
        now_ms=clock.wall_ms(),
    )
    # Counted after the signature: nobody else uses up what a platform may do.
    throttle.take(f"launch:{found.platform_id}", per_minute=PER_MINUTE_PLATFORM)
    command = ReceiveLaunch(found.platform_id, unverified.kid, unverified.token, launch)
    received = await request.app[WRITER].run(receive_launch, command, actor=SYSTEM)
    answer = LaunchAnswer(path=f"/window/launch/{received.handle}", expires_ms=received.until_ms)
    return json_answer(answer, status=200 if received.repeated else 201)


@operation("What a launch link opens; nothing of the citizen", refusals=("J-08", "J-09", "J-10"))
@require(Door.CLERK)
async def get_launch(request: web.Request, actor: Actor) -> web.Response:
    now_ms = request.app[CLOCK].wall_ms()
    shown = await read(request, shown_launch, actor, request.match_info["handle"], now_ms)
    return json_answer(asdict(shown))


@operation(
    "Opens the case of a launch link, filled with what the platform handed over",
    body=NothingBody,
    refusals=("J-07", "J-08", "J-09", "J-10", "C-03", "C-36"),
)
@require(Door.CLERK)
async def post_launch_case(request: web.Request, actor: Actor) -> web.Response:
    """Pressed again by the same clerk it gives the same case. Never under an idempotency key, which would
    keep the link.
    """
    await read_json(request, NothingBody)
    command = OpenLaunch(request.match_info["handle"])
    opened = await request.app[WRITER].run(open_launch, command, actor=actor)
    return json_answer(opened, status=200 if opened.existing else 201)


async def _token(request: web.Request) -> bytes:
    """Raises LaunchMalformed for another content type, LaunchTooLarge, BadRequest for a body that does not
    arrive in time.
    """
    if request.content_type != CONTENT_TYPE:
        raise LaunchMalformed(field="content_type")
    if (request.content_length or 0) > MAX_LAUNCH_BYTES:
        raise LaunchTooLarge(limit=MAX_LAUNCH_BYTES)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            while chunk := await request.content.read(MAX_LAUNCH_BYTES):
                body += chunk
                if len(body) > MAX_LAUNCH_BYTES:
                    raise LaunchTooLarge(limit=MAX_LAUNCH_BYTES)
    except TimeoutError as slow:
        raise BadRequest("body did not arrive in time") from slow
    return bytes(body)


def add_routes(app: web.Application) -> None:
    app.router.add_post(PATH, post_launch)
    app.router.add_get(f"{PATH}/{{handle}}", get_launch)
    app.router.add_post(f"{PATH}/{{handle}}/case", post_launch_case)
