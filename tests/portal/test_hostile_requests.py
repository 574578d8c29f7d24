"""What a stranger may send before anybody knows who it is: little, quickly, or not at all."""

import asyncio
import io

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import BaseModel
from yarl import URL

from casework.bus.memory import MemoryBus
from casework.errors import InvalidInput
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


@pytest.mark.parametrize("path", ["/sign-in/clerk%00", "/?q=a%00b", "/?%00=1", "/api/v1/cases/%00"])
async def test_an_address_with_nul_is_refused_before_anything_is_looked_up(client, path):
    answer = await client.get(URL(path, encoded=True))
    assert (answer.status, (await answer.json())["code"]) == (400, "P-11")


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"name": "a\x00b"}, "name"),
        ({"name": "a", "rows": [{"name": "b"}, {"name": "\x00"}]}, "rows.1.name"),
        ({"name": "a", "more": {"\x00": "b"}}, "more"),
    ],
)
def test_a_text_with_nul_is_refused_by_its_place(value, field):
    """A file takes it and a database server does not: it is refused whichever stands below."""

    class Anything(BaseModel):
        name: str
        rows: list[dict[str, str]] = []
        more: dict[str, str] = {}

    with pytest.raises(InvalidInput) as refused:
        bodies.parse(Anything, value)
    assert refused.value.details == {"field": field, "reason": "nul"}


@pytest.mark.parametrize("charset", ["nobody-knows", "hex", "unicode_escape", "utf-7", "utf-16"])
@pytest.mark.parametrize("path", ["/sign-in/clerk", "/language"])
async def test_a_form_is_in_utf_8_and_in_nothing_else(client, path, charset):
    headers = {"Content-Type": f"application/x-www-form-urlencoded; charset={charset}"}
    body = b"number=%5Cud800&password=%5Cud800&language=zh"
    answer = await client.post(path, data=body, headers=headers)
    assert (answer.status, (await answer.json())["code"]) == (400, "P-11")


@pytest.mark.parametrize("charset", ["", "; charset=UTF-8", "; charset=utf8"])
async def test_a_form_in_utf_8_is_read(client, charset):
    headers = {"Content-Type": f"application/x-www-form-urlencoded{charset}"}
    answer = await client.post(
        "/language", data=b"language=en", headers=headers, allow_redirects=False
    )
    assert answer.status == 303
