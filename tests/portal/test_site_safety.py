"""Headers and the refusal of other sites' requests."""

import re

import pytest
from aiohttp import web

from portal.access import public


@public
async def socket(request: web.Request) -> web.StreamResponse:
    line = web.WebSocketResponse()
    await line.prepare(request)
    await line.close()
    return line


@pytest.fixture
def app(create_app) -> web.Application:
    app = create_app()
    app.router.add_get("/ws/test", socket)
    return app


async def test_scripts_need_the_pages_own_nonce(client):
    first, second = await client.get("/"), await client.get("/")
    nonces = []
    for answer in (first, second):
        policy = answer.headers["Content-Security-Policy"]
        nonce = re.search(r"script-src 'self' 'nonce-([\w-]{20,})'", policy)[1]
        scripts = re.findall(r"<script[^>]*>", await answer.text())
        assert scripts
        assert all(f'nonce="{nonce}"' in script for script in scripts)
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize(
    "directive",
    [
        "default-src 'self'",
        "media-src 'self' blob:",
        "worker-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ],
)
async def test_the_policy_is_closed(client, directive):
    policy = (await client.get("/")).headers["Content-Security-Policy"]
    assert directive in policy.split("; ")
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/", "/nowhere", "/healthz", "/static/portal/icons.svg"])
async def test_every_answer_carries_the_headers(client, path):
    headers = (await client.get(path)).headers
    assert headers["Permissions-Policy"].startswith(
        "camera=(self), microphone=(self), display-capture=(self)"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Content-Security-Policy" in headers
    assert "Strict-Transport-Security" not in headers


async def test_pages_hold_no_inline_handler_or_style(client):
    for path in ("/", "/sign-in/clerk", "/pair", "/dev/gallery", "/nowhere"):
        text = await (await client.get(path, headers={"Accept": "text/html"})).text()
        assert not re.search(r"<[^>]+\s(on\w+|style)=", text), path


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "OWN"}, 403),
        ({"Origin": "OWN"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 303),
    ],
)
async def test_acts_come_from_the_own_site(client, headers, status):
    own = str(client.make_url("/").origin())
    sent = {name: own if value == "OWN" else value for name, value in headers.items()}
    form = {"language": "en"}
    answer = await client.post("/language", data=form, headers=sent, allow_redirects=False)
    assert answer.status == status
    if status == 403:
        assert (await answer.json())["code"] == "P-03"


async def test_reading_across_sites_is_only_reading(client):
    answer = await client.get("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 200


@pytest.mark.parametrize(("origin", "status"), [("OWN", 101), ("https://evil.example", 403)])
async def test_a_socket_is_opened_only_by_the_own_site(client, origin, status):
    own = str(client.make_url("/").origin())
    headers = {
        "Origin": own if origin == "OWN" else origin,
        "Connection": "keep-alive, Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    answer = await client.get("/ws/test", headers=headers)
    assert answer.status == status
    answer.close()
