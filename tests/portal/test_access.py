"""Every route of the shell, walked: no session and the wrong door are refused and logged."""

import pytest
import structlog
from aiohttp import web

from casework.actor import Actor
from portal.access import require
from portal.doors import Door
from portal.routes import UnguardedRouteError, walk

PUBLIC = {
    ("GET", "/"),
    ("GET", "/static/{name}"),
    ("GET", "/healthz"),
    ("GET", "/metrics"),  # asks for a token or an administrator itself, see test_operation
    ("GET", "/sign-in/{door}"),
    ("POST", "/sign-in/{door}"),
    ("POST", "/sign-out/{door}"),
    ("GET", "/pair"),
    ("POST", "/pair"),
    ("POST", "/language"),
    ("POST", "/text-size"),
    ("GET", "/dev/gallery"),
}


@require(Door.CLERK)
async def for_clerks(_request: web.Request, actor: Actor) -> web.Response:
    return web.json_response({"actor": actor.id, "window": actor.window})


@require(Door.REVIEWER, Door.CLERK)
async def for_both(_request: web.Request, actor: Actor) -> web.Response:
    return web.json_response({"role": actor.role})


@pytest.fixture
def app(create_app) -> web.Application:
    app = create_app()
    app.router.add_get("/window", for_clerks)
    app.router.add_post("/api/v1/clerks-only", for_clerks)
    app.router.add_get("/api/v1/both", for_both)
    return app


def guarded(app: web.Application):
    return [
        record for record in walk(app) if not record.access.is_public and record.method != "HEAD"
    ]


def test_what_is_public_is_a_short_list(create_app):
    found = {
        (record.method, record.path)
        for record in walk(create_app())
        if record.access.is_public and record.method != "HEAD"
    }
    assert found == PUBLIC


async def test_without_a_session_every_route_refuses(app, client):
    routes = guarded(app)
    assert len(routes) >= 5
    for record in routes:
        answer = await client.request(record.method, record.path, allow_redirects=False)
        assert answer.status == 401, record
        assert (await answer.json())["code"] == "P-01", record


async def test_through_the_wrong_door_every_route_refuses(app, client, sign_in):
    for door in Door:
        if door is Door.CITIZEN:
            continue
        await sign_in(door.value)
        for record in guarded(app):
            if door in record.access.doors:
                continue
            answer = await client.request(record.method, record.path, allow_redirects=False)
            problem = await answer.json()
            assert (answer.status, problem["code"]) == (403, "P-02"), record
            assert problem["details"]["signed_in"] == door.value
        client.session.cookie_jar.clear()


async def test_a_page_without_a_session_shows_the_sign_in(client):
    answer = await client.get("/window?x=1", headers={"Accept": "text/html"})
    text = await answer.text()
    assert answer.status == 401
    assert 'action="/sign-in/clerk"' in text
    assert 'value="/window?x=1"' in text


async def test_who_is_in_at_one_door_may_sign_in_at_another_beside_it(client, sign_in):
    await sign_in("auditor")
    answer = await client.get("/window", headers={"Accept": "text/html"})
    text = await answer.text()
    assert answer.status == 403
    assert 'action="/sign-in/clerk"' in text
    assert 'value="/window"' in text


async def test_a_clerk_without_a_window_is_led_to_choose_one(client, town, password):
    await client.post("/sign-in/clerk", data={"number": "clerk01", "password": password})
    page = await client.get("/window", headers={"Accept": "text/html"}, allow_redirects=False)
    assert (page.status, page.headers["Location"]) == (303, "/sign-in/clerk/window?onward=/window")
    act = await client.post("/api/v1/clerks-only")
    assert (act.status, (await act.json())["code"]) == (409, "P-07")


async def test_the_handler_is_given_its_actor(client, sign_in, town):
    await sign_in("clerk")
    answer = await client.get("/window")
    assert await answer.json() == {"actor": town.staff["clerk01"], "window": town.windows[0]}


@pytest.mark.parametrize(
    ("headers", "query", "role"),
    [({"Yc-Door": "clerk"}, "", "clerk"), ({}, "?door=clerk", "clerk"), ({}, "", "reviewer")],
)
async def test_a_shared_route_asks_which_door(client, sign_in, headers, query, role):
    await sign_in("clerk")
    await sign_in("reviewer")
    answer = await client.get(f"/api/v1/both{query}", headers=headers)
    assert (await answer.json())["role"] == role


async def test_asking_for_a_foreign_door_opens_nothing(client, sign_in):
    await sign_in("clerk")
    answer = await client.get("/api/v1/both", headers={"Yc-Door": "admin"})
    assert answer.status == 401


async def test_refusals_are_logged_without_the_path(client):
    with structlog.testing.capture_logs() as lines:
        await client.post("/api/v1/clerks-only")
    refused = [line for line in lines if line["event"] == "access.refused"]
    assert refused[0]["route"] == "/api/v1/clerks-only"
    assert refused[0]["wanted"] == ["clerk"]


async def test_a_handler_that_says_nothing_stops_the_start(create_app):
    async def careless(_request: web.Request) -> web.Response:
        return web.Response()

    app = create_app()
    app.router.add_get("/careless", careless)
    runner = web.AppRunner(app)
    with pytest.raises(UnguardedRouteError, match="/careless"):
        await runner.setup()
    await runner.cleanup()


def test_require_names_a_door():
    with pytest.raises(ValueError, match="door"):
        require()
