"""出件方式: how the result reaches the applicant, its posting, and what became of the letter."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from casework.actions.choose_channel import ChooseChannel, choose_channel
from casework.actions.note_delivery import NoteDelivery, note_delivery
from casework.actions.post_result import PostResult, post_result
from casework.actor import Actor
from casework.model.issue_channel import IssueChannel, PostalAddress
from casework.views.issue_channel import issuing_outlets
from outlet_client.api.answer import json_answer, read, run_on_case
from outlet_client.api.bodies import ActBody, Body, Line
from portal.access import require
from portal.bodies import read_json
from portal.doors import Door
from portal.routes import operation

Id = Annotated[str, Field(pattern=r"^[0-9A-Z]{26}$")]


class AddressBody(Body):
    recipient: Line = ""
    phone: Line = ""
    address: Annotated[str, Field(max_length=240)] = ""


class ChannelBody(ActBody):
    """`outlet` goes with `other_outlet`, `address` with `post`."""

    channel: IssueChannel
    outlet: Id | None = None
    address: AddressBody | None = None


class PostingBody(ActBody):
    tracking_number: Annotated[str, Field(max_length=60)]


class DeliveryBody(ActBody):
    """`delivered` false: the letter came back."""

    delivered: bool


@operation("How the result is to reach the applicant", body=ChannelBody)
@require(Door.CLERK)
async def post_channel(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, ChannelBody)
    letter = PostalAddress(**body.address.model_dump()) if body.address else None
    command = ChooseChannel(
        request.match_info["case"], body.channel, body.outlet, letter, body.version
    )
    return await run_on_case(request, choose_channel, command, actor)


@operation("Other outlets that hand results over")
@require(Door.CLERK)
async def get_outlets(request: web.Request, actor: Actor) -> web.Response:
    return json_answer({"outlets": await read(request, issuing_outlets, actor.outlet or "")})


@operation(
    "The result was posted; the carrier's number is kept", body=PostingBody, refusals=("C-70",)
)
@require(Door.CLERK)
async def post_posting(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, PostingBody)
    command = PostResult(request.match_info["case"], body.tracking_number, body.version)
    return await run_on_case(request, post_result, command, actor)


@operation("The letter was delivered, or came back", body=DeliveryBody, refusals=("C-70",))
@require(Door.CLERK)
async def post_delivery(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, DeliveryBody)
    command = NoteDelivery(request.match_info["case"], body.delivered, body.version)
    return await run_on_case(request, note_delivery, command, actor)


def add_routes(app: web.Application) -> None:
    app.router.add_post("/api/v1/cases/{case}/channel", post_channel)
    app.router.add_get("/api/v1/window/issuing-outlets", get_outlets)
    app.router.add_post("/api/v1/cases/{case}/posting", post_posting)
    app.router.add_post("/api/v1/cases/{case}/delivery", post_delivery)
