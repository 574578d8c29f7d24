"""Plays a page of docs/scenes in browsers: what a reader does is what stands there.

A step is `N. VERB「LABEL」 `VALUE``. Labels are those that stand on the pages; nothing else of a page is
looked at. Several people play in tabs of one browser, each at a door of his own, or at computers apart.
"""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakKeyDictionary

from playwright.async_api import Browser, BrowserContext, Error, Locator, Page, Request, expect

from playhouse.until import until
from scenes.counter_pages import write

STEP = re.compile(
    r"^\d+\. (?P<verb>[^「`\s]+)\s*(?:「(?P<label>[^」]+)」)?(?: ?`(?P<value>[^`]+)`)?$"
)
WAIT_MS = 30_000
MOST_QUESTIONS = 10
NARROW = {"width": 320, "height": 900}
SCENES = Path(__file__).parents[3] / "docs" / "scenes"

Files = Mapping[str, Callable[[bytes], Path]]
"""Files by what the scene calls them, made of what was downloaded last."""


def steps_of(scene: str) -> list[re.Match[str]]:
    lines = (SCENES / scene).read_text(encoding="utf-8").splitlines()
    found = [(line, STEP.match(line)) for line in lines if re.match(r"^\d+\.", line)]
    assert [line for line, step in found if step is None] == [], "steps that nobody can play"
    numbers = [int(line.split(".")[0]) for line, _step in found]
    assert numbers == list(range(1, len(numbers) + 1)), "steps are numbered through"
    return [step for _line, step in found if step is not None]


@dataclass
class Player:
    """`tabs` and `computers` by the names that the scene gives them; `page` is the one that is looked
    at. `sleep` lets a night pass at the node.
    """

    context: BrowserContext
    page: Page
    files: Files = field(default_factory=dict)
    tabs: dict[str, Page] = field(default_factory=dict)
    computers: Mapping[str, BrowserContext] = field(default_factory=dict)
    sleep: Callable[[], Awaitable[None]] | None = None
    downloaded: bytes = b""

    async def play_all(self, played: Sequence[re.Match[str]]) -> None:
        """Pages that are not the window's are also looked at on a narrow screen."""
        for step in played:
            await self.play(step)
            if step["verb"] == "看到" and "/window" not in self.page.url:
                await reflows(self.page)

    async def play(self, step: re.Match[str]) -> None:
        try:
            await self._play(step["verb"], step["label"] or "", step["value"] or "")
        except Exception as error:
            seen = await self.page.locator("body").inner_text()
            told = f"step failed: {step.group()} at {self.page.url}, where stands:\n{seen}"
            raise AssertionError(told) from error

    async def _play(self, verb: str, label: str, value: str) -> None:
        assert verb in VERBS, f"no such verb: {verb}"
        await VERBS[verb](self, label, value)

    async def _settled(self) -> None:
        """A page does one act at a time, and nobody presses before it has an answer."""
        under_way = _ACTS.get(self.page, set())
        await until(lambda: not under_way, "the page has its answer", WAIT_MS / 1000)
        with contextlib.suppress(Error):  # the answer led to another page
            await self.page.evaluate("new Promise((done) => setTimeout(done))")

    def _button(self, label: str) -> Locator:
        """By its whole name; the key that presses it too may stand behind."""
        name = re.compile(f"^{re.escape(label)}(?: ?Enter)?$")
        return self.page.get_by_role("button", name=name).first

    async def _goes_to(self, _label: str, value: str) -> None:
        await self.page.goto(value)

    async def _turns_to(self, _label: str, value: str) -> None:
        self.page = self.tabs.get(value) or await self.context.new_page()
        self.tabs[value] = self.page
        await self.page.bring_to_front()

    async def _walks_to(self, _label: str, value: str) -> None:
        """To another computer, where what was open last is looked at."""
        self.context = self.computers[value]
        pages = self.context.pages
        self.page = pages[-1] if pages else await self.context.new_page()

    async def _sleeps(self, _label: str, _value: str) -> None:
        """Computers are put off in the evening; what their browsers keep is there in the morning."""
        assert self.sleep is not None, "nobody said how a night passes"
        closed = self.context.pages
        self.page = await self.context.new_page()
        for page in closed:
            await page.close()
        self.tabs.clear()
        await self.sleep()

    async def _fills(self, label: str, value: str) -> None:
        await self.page.get_by_label(label, exact=True).first.fill(value)

    async def _chooses(self, label: str, value: str) -> None:
        box = self.page.get_by_role("combobox", name=label, exact=True).first
        await box.select_option(label=value)

    async def _ticks(self, label: str, _value: str) -> None:
        await self.page.get_by_role("checkbox", name=label, exact=True).first.check()

    async def _clicks(self, label: str, _value: str) -> None:
        button = self._button(label)
        await self._settled()
        if not await button.evaluate("one => one.type === 'submit'"):
            await button.click()
            return
        # What stands on the page before its answer is not what the next step is about.
        async with self.page.expect_navigation():
            await button.click()

    async def _presses(self, label: str, _value: str) -> None:
        await self._settled()
        await self._button(label).click()

    async def _sends(self, label: str, _value: str) -> None:
        # A dialog is sent, and closes when it was taken; the page stays.
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_role("button", name=label, exact=True).click()
        await expect(dialog).to_have_count(0)

    async def _picks(self, label: str, _value: str) -> None:
        await self.page.get_by_text(label, exact=True).last.click()

    async def _follows(self, label: str, _value: str) -> None:
        async with self.page.expect_navigation():
            await self.page.get_by_role("link", name=label, exact=True).first.click()

    async def _opens(self, label: str, value: str) -> None:
        await self._settled()
        async with self.page.expect_popup() as opened:
            await self._button(label).click()
        self.tabs[value] = await opened.value

    async def _downloads(self, label: str, _value: str) -> None:
        async with self.page.expect_download() as given:
            await self.page.get_by_role("link", name=label, exact=True).click()
        path = await (await given.value).path()
        self.downloaded = await asyncio.to_thread(path.read_bytes)

    async def _hands_in(self, label: str, value: str) -> None:
        file = self.files[value](self.downloaded)
        await self.page.get_by_label(label, exact=True).set_input_files(file)

    async def _signs(self, _label: str, _value: str) -> None:
        await write(self.page)

    async def _asks_again(self, label: str, _value: str) -> None:
        """The desk draws one of several questions to ask; another one until it is this."""
        asked = self.page.get_by_role("checkbox", name=label, exact=True)
        for _ in range(MOST_QUESTIONS):
            if await asked.count():
                return
            await self._button("换一个问题").click()
        await expect(asked).to_have_count(1)

    async def _sees(self, label: str, _value: str) -> None:
        found = self.page.get_by_text(label).locator("visible=true").first
        await expect(found).to_be_visible(timeout=WAIT_MS)


VERBS: Mapping[str, Callable[[Player, str, str], Awaitable[None]]] = {
    "打开": Player._goes_to,
    "走到": Player._walks_to,
    "转到": Player._turns_to,
    "填写": Player._fills,
    "选择": Player._chooses,
    "勾选": Player._ticks,
    "点击": Player._clicks,
    "按下": Player._presses,
    "发送": Player._sends,
    "点选": Player._picks,
    "点击链接": Player._follows,
    "开出": Player._opens,
    "下载": Player._downloads,
    "上传": Player._hands_in,
    "签名": Player._signs,
    "换问": Player._asks_again,
    "次日": Player._sleeps,
    "看到": Player._sees,
}


async def player_at(browser: Browser, url: str, files: Files | None = None) -> Player:
    """One who has just opened a browser's window."""
    context = await computer(browser, url)
    return Player(context, await context.new_page(), files or {})


async def computer(browser: Browser, url: str) -> BrowserContext:
    """A browser at the node's door, with no page open."""
    context = await browser.new_context(
        base_url=url,
        locale="zh-CN",
        reduced_motion="reduce",
        viewport={"width": 1366, "height": 900},
    )
    context.set_default_timeout(WAIT_MS)
    context.on("request", _asked)
    context.on("requestfinished", _answered)
    context.on("requestfailed", _answered)
    return context


_ACTS: WeakKeyDictionary[Page, set[Request]] = WeakKeyDictionary()
"""What each page has asked the node to do, until it has the answer."""


def _asked(request: Request) -> None:
    if request.method != "GET":
        _ACTS.setdefault(request.frame.page, set()).add(request)


def _answered(request: Request) -> None:
    if request.method != "GET":
        _ACTS.get(request.frame.page, set()).discard(request)


TOO_WIDE = """width => [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > width)
    .map(one => `${one.localName}.${one.className}`)"""


async def reflows(page: Page) -> None:
    """Nothing has to be scrolled sideways at 320 px (WCAG 1.4.10)."""
    size = page.viewport_size
    await page.set_viewport_size(NARROW)
    wide = await page.evaluate("document.documentElement.scrollWidth")
    too_wide = await page.evaluate(TOO_WIDE, NARROW["width"])
    assert wide <= NARROW["width"], (page.url, wide, too_wide)
    await page.set_viewport_size(size)
