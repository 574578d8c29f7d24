"""The shell in a real Chromium: policy, sign-in, masked values, the socket, accessibility."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, async_playwright, expect

from casework.actor import Actor
from portal.access import public, require
from portal.doors import Door
from portal.templating import render
from scenes.barriers import STANDARD, no_barriers

pytestmark = pytest.mark.browser

SECRET = "990000199001010010"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Line:
    """A server's end of the page's socket that can be told to fail."""

    def __init__(self) -> None:
        self.sockets: list[web.WebSocketResponse] = []
        self.heard: list[dict] = []
        self.events = [{"type": "event", "stream": "hall", "seq": 1, "kind": "a", "data": {}}]

    async def answer(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._heed(socket, json.loads(message.data))
        return socket

    async def _heed(self, socket: web.WebSocketResponse, message: dict) -> None:
        self.heard.append(message)
        if message["type"] == "drop":
            await socket.close()
        elif message["type"] == "refuse":
            refusal = {"code": "C-12", "slug": "case_locked", "title": "T", "message": "M"}
            await socket.send_json({"type": "error", "re": message["id"], **refusal})
        elif message["type"] != "never":
            await socket.send_json({"type": "ok", "re": message["id"], "echo": message.get("x")})
        if message["type"] == "subscribe":
            for event in self.events:
                if event["seq"] > message["streams"]["hall"]:
                    await socket.send_json(event)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def app(create_app, line):
    app = create_app()

    @require(Door.AUDITOR)
    async def desk(request: web.Request, _actor: Actor) -> web.Response:
        return render(request, "portal/layout_operator.html")

    @require(Door.AUDITOR)
    async def reveal(_request: web.Request, _actor: Actor) -> web.Response:
        return web.json_response({"value": SECRET})

    app.router.add_get("/audit", desk)
    app.router.add_post("/dev/nothing", reveal)
    app.router.add_get("/ws/test", public(line.answer))
    return app


@pytest.fixture
async def browse(app):
    """Opens pages of the site; fails at the end if a page broke its policy or threw."""

    @asynccontextmanager
    async def opened(path: str, **context):
        async with (
            TestServer(app) as server,
            async_playwright() as driver,
            await driver.chromium.launch(
                executable_path="/usr/bin/chromium", args=FLAGS
            ) as browser,
        ):
            page = await browser.new_page(**context)
            complaints: list[str] = []
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "console",
                lambda said: complaints.append(said.text) if "Policy" in said.text else None,
            )
            await page.goto(str(server.make_url(path)))
            yield page
            assert complaints == []

    return opened


async def until(page: Page, condition: str) -> None:
    """Playwright's own waiting evaluates a string inside the page, which the policy forbids."""
    async with asyncio.timeout(30):
        while not await page.evaluate(condition):
            await asyncio.sleep(0.02)


async def sign_in(page: Page, password: str) -> None:
    await page.get_by_label("工号").fill("auditor01")
    await page.get_by_label("密码").fill(password)
    await page.get_by_role("button", name="登录").click()


async def test_a_door_leads_through_sign_in_to_the_desk_and_out(browse, town, password):
    async with browse("/") as page:
        await page.get_by_role("link", name="稽核台").click()
        await sign_in(page, "wrong")
        await expect(page.get_by_role("alert")).to_contain_text("P-04")
        await sign_in(page, password)
        await expect(page.locator(".who")).to_contain_text("稽核岗甲")
        await page.get_by_role("button", name="退出").click()
        await expect(page).to_have_title("首页 · 测试市人社局")


async def test_a_masked_value_shows_only_while_it_is_held(browse, town, password):
    async with browse("/sign-in/auditor") as page:
        await sign_in(page, password)
        await page.goto(page.url.replace("/audit", "/dev/gallery"))
        masked, button = page.locator("yc-masked"), page.get_by_role("button", name="按住显示")
        await expect(masked).to_contain_text("110***")
        await button.hover()
        await page.mouse.down()
        await expect(masked).to_contain_text(SECRET)
        await page.mouse.up()
        await expect(masked).not_to_contain_text(SECRET)
        await button.focus()
        await page.keyboard.down("Space")
        await expect(masked).to_contain_text(SECRET)
        await page.keyboard.up("Space")
        await expect(masked).not_to_contain_text(SECRET)


async def test_a_refused_reveal_says_so_and_shows_nothing(browse, town):
    async with browse("/dev/gallery") as page:
        await page.get_by_role("button", name="按住显示").click()
        await expect(page.locator("yc-toast")).to_contain_text("P-01")


async def test_letters_grow_on_the_citizens_screen(browse, town):
    async with browse("/pair") as page:

        async def size() -> float:
            return await page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")

        sizes = [await size()]
        for name in ("大字", "特大字"):
            await page.get_by_role("button", name=name, exact=True).click()
            await page.wait_for_load_state()
            sizes.append(await size())
        assert sizes == [20, 24, 30]


async def test_a_scanned_code_leaves_the_address(browse, town):
    async with browse("/pair#12345678") as page:
        await expect(page.get_by_role("alert")).to_contain_text("L-09")
        assert "12345678" not in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/", "/sign-in/clerk", "/pair", "/dev/gallery", "/dev/gallery?density=citizen"]
)
async def test_pages_have_no_accessibility_faults(browse, town, path, scheme):
    size = {"width": 1366, "height": 768}
    still = {"color_scheme": scheme, "reduced_motion": "reduce"}
    async with browse(path, viewport=size, **still) as page:
        await no_barriers(page, STANDARD)


OPEN_SOCKET = """async () => {
  const { Socket } = await import("portal/socket.js");
  window.events = []; window.states = [];
  window.socket = new Socket("test");
  socket.addEventListener("event", (e) => events.push(e.detail.seq));
  socket.addEventListener("state", (e) => states.push(e.detail));
  await socket.follow("hall", 0);
  return (await socket.ask("hello", { x: 7 })).echo;
}"""


async def test_commands_are_answered_and_refusals_keep_their_code(browse, town):
    async with browse("/dev/gallery") as page:
        assert await page.evaluate(OPEN_SOCKET) == 7
        refused = "socket.ask('refuse').catch((e) => [e.code, e.slug, e.title, e.detail])"
        assert await page.evaluate(refused) == ["C-12", "case_locked", "T", "M"]
        late = "socket.ask('never', {}, {timeoutMs: 50}).catch((e) => e.code)"
        assert await page.evaluate(late) == "N-03"


async def test_a_lost_line_comes_back_and_misses_nothing(browse, town, line):
    async with browse("/dev/gallery") as page:
        await page.evaluate(OPEN_SOCKET)
        await until(page, "events.length === 1")
        line.events.append({**line.events[0], "seq": 2})
        lost = await page.evaluate(
            "Promise.all([socket.ask('never').catch((e) => e.code), socket.tell('drop')])"
        )
        assert lost[0] == "N-03"
        await until(page, "events.length === 2")
        assert await page.evaluate("events") == [1, 2]
        assert await page.evaluate("states") == ["open", "waiting", "open"]
        assert line.heard[-1]["streams"] == {"hall": 1}


async def test_a_command_given_while_the_line_is_down_waits_for_it(browse, town, line):
    async with browse("/dev/gallery") as page:
        await page.evaluate(OPEN_SOCKET)
        await page.evaluate("socket.tell('drop')")
        await until(page, "states.at(-1) === 'waiting'")
        assert await page.evaluate("socket.ask('hello', {x: 9}).then((a) => a.echo)") == 9
        assert len(line.sockets) == 2


async def test_an_ended_session_stops_the_socket(browse, town, line):
    async with browse("/dev/gallery") as page:
        await page.evaluate(OPEN_SOCKET)
        await line.sockets[0].close(code=4401)
        await until(page, "states.at(-1) === 'closed'")
        await asyncio.sleep(1)
        assert len(line.sockets) == 1
