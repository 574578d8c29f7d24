"""What a stranger may send before anybody knows who it is: little, quickly, or not at all."""

import asyncio
import io

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from casework.bus.memory import MemoryBus
from portal import bodies
from portal.app import setup_portal
from portal.settings import PortalSettings


@pytest.fixture
async def roomy(k):
    """The shell in an application that takes large uploads elsewhere, as the whole desk does."""
    app = web.Application(client_max_size=64 << 20)
    setup_portal(
        app, PortalSettings(), store=k.store, writer=k.writer, clock=k.clock, bus=MemoryBus()
    )
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.mark.parametrize("path", ["/language", "/sign-in/clerk", "/pair"])
@pytest.mark.parametrize("part", ["field", "file", "chunks"])
async def test_a_form_is_small_whatever_the_application_takes(roomy, path, part):
    """Anybody may post these forms, so nobody may fill the memory or the disk with one."""
    size = bodies.MAX_FORM_BYTES + 1

    async def chunks():
        for _ in range(size // 1024 + 1):
            yield b"x" * 1024

    headers = {}
    if part == "field":
        data = {"language": "x" * size}
    elif part == "file":
        data = {"language": io.BytesIO(b"x" * size)}
    else:
        data, headers = chunks(), {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await roomy.post(path, data=data, headers=headers)
    assert (answer.status, (await answer.json())["code"]) == (413, "P-08")


@pytest.mark.parametrize("path", ["/language", "/sign-in/clerk"])
async def test_a_form_that_never_ends_is_not_waited_for(roomy, path, monkeypatch):
    monkeypatch.setattr(bodies, "BODY_S", 0.2)

    async def drip():
        yield b"language="
        await asyncio.Event().wait()
        yield b"en"

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with asyncio.timeout(30):
        answer = await roomy.post(path, data=drip(), headers=headers)
    assert (answer.status, (await answer.json())["code"]) == (400, "P-11")


@pytest.mark.parametrize("origin", ["http://[", "null", "http://127.0.0.1@elsewhere.example", ""])
async def test_an_origin_that_is_none_is_not_the_own(client, origin):
    answer = await client.post("/language", data={"language": "en"}, headers={"Origin": origin})
    assert (answer.status, (await answer.json())["code"]) == (403, "P-03")


@pytest.mark.parametrize("path", ["/sign-in/clerk", "/pair"])
@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted_apart"),
    [
        # Behind our own proxy each visitor is counted alone: nobody locks a whole city out.
        ({"127.0.0.1"}, "{one}", True),
        ({"127.0.0.1", "10.0.0.1"}, "{one}, 10.0.0.1", True),
        ({"127.0.0.1", "10.0.0.1"}, "{one}, ::ffff:10.0.0.1", True),
        # Whoever has one address of a network of IPv6 has them all.
        ({"127.0.0.1"}, "2001:db8:0:1:{number:x}::1", False),
        ({"127.0.0.1"}, "2001:db8:0:{number:x}::1", True),
        # What a visitor adds to the front of the line changes nothing.
        ({"127.0.0.1"}, "{one}, 192.0.2.200", False),
        ({"10.0.0.1"}, "{one}", False),
        (set(), "{one}", False),
    ],
)
async def test_tries_are_counted_by_the_visitors_own_address(
    create_app, path, proxies, forwarded, counted_apart
):
    app = create_app(
        trusted_proxies=frozenset(proxies), tries_per_minute_address=2, tries_per_minute_number=2
    )
    statuses = []
    async with TestClient(TestServer(app)) as client:
        for number in range(4):
            headers = {"X-Forwarded-For": forwarded.format(one=f"192.0.2.{number}", number=number)}
            form = {"number": f"nobody-{number}", "password": "x", "code": "00000000"}
            answer = await client.post(path, data=form, headers=headers)
            statuses.append(answer.status)
    assert (429 in statuses) is not counted_apart
