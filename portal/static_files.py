"""The static files of all rooms: each hands in its `static/` folder (`portal.rooms`)."""

from pathlib import Path

from aiohttp import web

from portal.access import public
from portal.hashed_files import PREFIX, answer_file
from portal.keys import STATIC


@public
async def serve_static(request: web.Request) -> web.Response:
    return answer_file(request.app[STATIC], request.match_info["name"], request)


def setup_static_files(app: web.Application) -> None:
    app[STATIC].add_folder("portal", Path(__file__).parent / "static")
    app.router.add_get(PREFIX + "{name:.+}", serve_static)
