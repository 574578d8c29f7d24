"""The doors, and the switches for language and size of letters."""

from aiohttp import web

from portal.access import public
from portal.bodies import FormLine, read_form
from portal.doors import Door
from portal.errors import BadRequest
from portal.i18n import LANGUAGE_COOKIE, Language
from portal.keys import SESSIONS, SETTINGS
from portal.sign_in_page import safe_onward
from portal.templating import render
from portal.text_size import TEXT_SIZE_COOKIE, TextSize

_YEAR_S = 366 * 24 * 3600


@public
async def show_doors(request: web.Request) -> web.Response:
    """Each door tells whether this browser is signed in there."""
    signed_in = {}
    for door in Door:
        token = request.cookies.get(door.cookie, "")
        signed_in[door] = await request.app[SESSIONS].find(door, token) if token else None
    return render(request, "portal/doors.html", {"signed_in": signed_in})


@public
async def switch_language(request: web.Request) -> web.StreamResponse:
    form = await read_form(request, {"language": FormLine(10), "onward": FormLine(500)})
    if form["language"] not in set(Language):
        raise BadRequest("no such language")
    return _remember(request, LANGUAGE_COOKIE, form["language"], form["onward"])


@public
async def switch_text_size(request: web.Request) -> web.StreamResponse:
    form = await read_form(request, {"size": FormLine(10), "onward": FormLine(500)})
    if form["size"] not in set(TextSize):
        raise BadRequest("no such text size")
    return _remember(request, TEXT_SIZE_COOKIE, form["size"], form["onward"])


def _remember(request: web.Request, cookie: str, value: str, onward: str) -> web.StreamResponse:
    response = web.HTTPSeeOther(safe_onward(onward, "/"))
    response.set_cookie(
        cookie,
        value,
        max_age=_YEAR_S,
        path="/",
        httponly=True,
        secure=request.app[SETTINGS].secure_cookies,
        samesite="Lax",
    )
    raise response


def setup_front_pages(app: web.Application) -> None:
    app.router.add_get("/", show_doors)
    app.router.add_post("/language", switch_language)
    app.router.add_post("/text-size", switch_text_size)
