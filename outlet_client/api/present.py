"""Who came with the applicant, or for her."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from casework.actions.name_present import NamePresent, name_present
from casework.actor import Actor
from casework.model.present import MAX_PRESENT, PresentPerson, PresentRole
from outlet_client.api.answer import run_on_case
from outlet_client.api.bodies import ActBody, Body, Line
from portal.access import require
from portal.bodies import read_json
from portal.doors import Door
from portal.routes import operation


class PersonBody(Body):
    role: PresentRole
    name: Line
    id_number: Line = ""
    authority_seen: bool = False


class PresentBody(ActBody):
    people: Annotated[list[PersonBody], Field(max_length=MAX_PRESENT)]


@operation("Who came with the applicant, or for her, each in a role", body=PresentBody)
@require(Door.CLERK)
async def post_present(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, PresentBody)
    people = tuple(PresentPerson(**one.model_dump()) for one in body.people)
    command = NamePresent(request.match_info["case"], people, body.version)
    return await run_on_case(request, name_present, command, actor)


def add_routes(app: web.Application) -> None:
    app.router.add_post("/api/v1/cases/{case}/present", post_present)
