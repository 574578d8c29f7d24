"""Chromium, one process a person: the switches for fake capture files belong to a process."""

import contextlib
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, Error, Page, Playwright, async_playwright

from outlet_client.agent.capture_file import write_audio, write_video

EXECUTABLE = "/usr/bin/chromium"
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
WATCH = Path(__file__).with_name("in_page") / "watch.js"
CAPTURE_S = 10
"""Length of the capture files; Chromium plays them round and round."""


@dataclass(frozen=True, slots=True)
class Devices:
    """What a person's machine captures: files with the station's number in frames and beeps."""

    station: int
    video: Path
    audio: Path

    @property
    def switches(self) -> tuple[str, str]:
        """What makes a browser take these files for its camera and microphone."""
        return (
            f"--use-file-for-fake-video-capture={self.video}",
            f"--use-file-for-fake-audio-capture={self.audio}",
        )


def make_devices(folder: Path, station: int, name: str) -> Devices:
    devices = Devices(station, folder / f"{station}.y4m", folder / f"{station}.wav")
    write_video(devices.video, station, name, CAPTURE_S)
    write_audio(devices.audio, station, CAPTURE_S)
    return devices


@dataclass
class Browsers:
    """Every `open` is a process of its own. `complaints` are script errors and broken policies."""

    playwright: Playwright
    complaints: list[str] = field(default_factory=list)
    _open: list[Browser] = field(default_factory=list)

    async def open(
        self,
        devices: Devices | None,
        *,
        width: int = 1366,
        height: int = 768,
        touch: bool = False,
        executable: str | Path = EXECUTABLE,
        script: str = "",
    ) -> Page:
        """`script` runs in every page of this browser, after what watches it."""
        files = devices.switches if devices is not None else ()
        browser = await self.playwright.chromium.launch(
            executable_path=executable, args=[*SWITCHES, *files]
        )
        self._open.append(browser)
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=touch,
        )
        await context.add_init_script(path=WATCH)
        if script:
            await context.add_init_script(script)
        page = await context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: (
                self.complaints.append(f"{page.url}: {said.text}")
                if "Content Security Policy" in said.text
                else None
            ),
        )
        return page

    async def keep_pictures(self, folder: Path) -> None:
        """What stood on every page, for whoever looks into a failure."""
        for number, browser in enumerate(self._open, start=1):
            for page in [page for context in browser.contexts for page in context.pages]:
                with contextlib.suppress(Error):
                    await page.screenshot(path=folder / f"page-{number}.png")

    async def close(self) -> None:
        for browser in self._open:
            await browser.close()


@contextlib.asynccontextmanager
async def browsers() -> AsyncIterator[Browsers]:
    async with async_playwright() as playwright:
        made = Browsers(playwright)
        try:
            yield made
        finally:
            await made.close()


async def kill_browser(page: Page) -> None:
    """Sends kill -9 to the page's browser: the machine is gone without a word."""
    browser = page.context.browser
    assert browser is not None
    session = await browser.new_browser_cdp_session()
    processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    os.kill(next(one["id"] for one in processes if one["type"] == "browser"), signal.SIGKILL)


async def presses(page: Page) -> list[str]:
    """What was pressed on this page since it was loaded, in words."""
    return list(await page.evaluate("watched.presses"))
