"""The citizen screen's own sign-in: type the code, or follow the link of the QR code beside it."""

import re

import structlog
from aiohttp import web

from casework.actions.pair_citizen_screen import PairCitizenScreen, pair_citizen_screen
from casework.actor import SYSTEM
from casework.errors import DomainError
from portal.access import public
from portal.bodies import FormLine, read_form
from portal.doors import Door
from portal.keys import SESSIONS, SETTINGS, THROTTLE, WRITER
from portal.problem import problem_of
from portal.sign_in_page import safe_onward, sign_in_page
from portal.visitor import visitor_address

log = structlog.get_logger(component="portal")

_NOT_DIGIT = re.compile(r"\D", re.ASCII)


@public
async def show_pairing(request: web.Request) -> web.Response:
    """A scanned link carries the code in its fragment, which no server and no log ever sees."""
    return sign_in_page(request, Door.CITIZEN)


@public
async def pair_screen(request: web.Request) -> web.StreamResponse:
    app = request.app
    form = await read_form(request, {"code": FormLine(40), "onward": FormLine(500)})
    home = Door.CITIZEN.spec.home
    try:
        app[THROTTLE].take(
            f"pairing:{visitor_address(request)}",
            per_minute=app[SETTINGS].tries_per_minute_number,
        )
        command = PairCitizenScreen(_NOT_DIGIT.sub("", form["code"]))
        screen = await app[WRITER].run(pair_citizen_screen, command, actor=SYSTEM)
    except DomainError as exc:
        log.warning("pairing.refused", code=exc.code)
        return sign_in_page(request, Door.CITIZEN, problem=problem_of(exc), onward=form["onward"])
    await app[SESSIONS].close_held(request, Door.CITIZEN)
    token = await app[SESSIONS].open_for_screen(
        screen_id=screen.screen_id, window_id=screen.window_id
    )
    log.info("pairing.done", screen=screen.screen_id)
    response = web.HTTPSeeOther(safe_onward(form["onward"], home))
    app[SESSIONS].set_cookie(response, Door.CITIZEN, token)
    raise response


def setup_pair_screen(app: web.Application) -> None:
    app.router.add_get("/pair", show_pairing)
    app.router.add_post("/pair", pair_screen)
