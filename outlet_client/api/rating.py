"""好差评: given on the citizen's screen, or, flagged, on the clerk's page."""

from aiohttp import web

from casework.actions.rate_case import RateCase, rate_case
from casework.actor import Actor, Role
from casework.model.rating import RatingGivenBy
from outlet_client.api.answer import run_on_case
from outlet_client.api.bodies import RatingBody
from portal.access import require
from portal.bodies import read_json
from portal.doors import Door
from portal.routes import operation


@operation("Rates the handling of the case, once", body=RatingBody, refusals=("C-30",))
@require(Door.CITIZEN, Door.CLERK)
async def post_rating(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, RatingBody)
    own = actor.role is Role.CITIZEN
    command = RateCase(
        request.match_info["case"],
        body.level,
        RatingGivenBy.OWN_INPUT if own else RatingGivenBy.STAFF_DEVICE,
        tuple(body.reasons),
    )
    return await run_on_case(request, rate_case, command, actor)


def add_routes(app: web.Application) -> None:
    app.router.add_post("/api/v1/cases/{case}/rating", post_rating)
