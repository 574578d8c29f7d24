"""Pages of the demonstration, below /demo; they exist only where `settings.demo` is set.

The first page shows nothing of a case and changes none, so it is public; changing a byte needs the
auditor's door.
"""

from dataclasses import asdict

from aiohttp import web
from sqlalchemy import Connection, select

from casework.actor import Actor
from casework.errors import NotFound
from casework.store import schema_case, schema_package
from portal.access import public, require
from portal.doors import Door
from portal.i18n import _
from portal.keys import STORE
from portal.templating import render
from yunchuang.demo.accounts import ENTRANCES, Play
from yunchuang.demo.keys import PACKAGES, STAGE
from yunchuang.demo.words import PLACES, PLAY_STEPS, SCRIPT
from yunchuang.demo_data import DEMO_PASSWORD

_SHOWN_PACKAGES = 10
_NO_STORE = {"Cache-Control": "no-store"}


@public
async def show_demo(request: web.Request) -> web.Response:
    numbers = {entrance.door.value: entrance.number for entrance in ENTRANCES}
    return render(
        request,
        "yunchuang/demo.html",
        {
            "entrances": [(entrance.door.spec, entrance.number) for entrance in ENTRANCES],
            "password": DEMO_PASSWORD,
            "script": [_(step) % numbers for step in SCRIPT],
            "page": {"steps": {name: _(words) for name, words in PLAY_STEPS.items()}},
        },
    )


@public
async def get_plays(request: web.Request) -> web.Response:
    return _progress(request)


@public
async def start_play(request: web.Request) -> web.Response:
    # The address it listens at, not the one that the request names: scripted people sign in there.
    sockname = request.transport.get_extra_info("sockname") if request.transport else None
    if sockname is None:
        raise NotFound("no such address")
    request.app[STAGE].start(_play(request), f"http://localhost:{sockname[1]}")
    return _progress(request)


@public
async def stop_play(request: web.Request) -> web.Response:
    await request.app[STAGE].stop(_play(request))
    return _progress(request)


@require(Door.AUDITOR)
async def show_tampering(request: web.Request, _actor: Actor) -> web.Response:
    packages = await request.app[STORE].read(_newest_packages)
    places = [(place, _(words)) for place, words in PLACES.items()]
    return render(request, "yunchuang/tampering.html", {"packages": packages, "places": places})


@require(Door.AUDITOR)
async def tamper(request: web.Request, _actor: Actor) -> web.Response:
    """Query `package` and `place`; the package stays as it is."""
    place, package = request.query.get("place", ""), request.query.get("package", "")
    if place not in PLACES:
        raise NotFound("no such place")
    done = await request.app[PACKAGES].tamper(package, place)
    return web.json_response(asdict(done), headers=_NO_STORE)


def _progress(request: web.Request) -> web.Response:
    progress = request.app[STAGE].progress()
    return web.json_response(
        {play.value: asdict(now) for play, now in progress.items()}, headers=_NO_STORE
    )


def _play(request: web.Request) -> Play:
    try:
        return Play(request.match_info["play"])
    except ValueError:
        raise NotFound("no such play") from None


def _newest_packages(conn: Connection) -> list[dict[str, object]]:
    package, cases = schema_package.package, schema_case.cases
    rows = conn.execute(
        select(package.c.id, package.c.made_at_ms, cases.c.number)
        .join(cases, cases.c.id == package.c.case_id)
        .order_by(package.c.made_at_ms.desc())
        .limit(_SHOWN_PACKAGES)
    )
    return [{"id": row.id, "made_ms": row.made_at_ms, "number": row.number} for row in rows]


def add_routes(app: web.Application) -> None:
    app.router.add_get("/demo", show_demo)
    app.router.add_get("/demo/plays", get_plays)
    app.router.add_post("/demo/plays/{play}", start_play)
    app.router.add_delete("/demo/plays/{play}", stop_play)
    app.router.add_get("/demo/tampering", show_tampering)
    app.router.add_post("/demo/tampering", tamper)
