"""A Chromium before the hall's pages: the switches, the checks, and the desk without a worker."""

import os
from pathlib import Path

from aiohttp import web
from playwright.async_api import Page

import signaling
from portal.keys import BUS
from portal.rooms import add_room
from signaling.portal_auth import PortalAuth
from signaling.setup import setup_signaling

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
SHOTS = os.environ.get("YC_SHOTS")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


class NoRecordings:
    """No worker runs here, so nothing lies on the disk."""

    def __init__(self, folder: Path):
        self.folder = folder

    def directory(self, call):
        return self.folder / call

    def after(self, call, n):
        return []

    def settle(self, call, n, expected):
        return []


def with_calls(app: web.Application, house) -> None:
    """Adds the real socket, queue and rooms; no media worker is connected."""
    k = house.kernel
    setup_signaling(
        app,
        store=k.store,
        writer=k.writer,
        clock=k.clock,
        bus=app[BUS],
        keys=k.keys,
        files=NoRecordings(house.recordings),
        auth=PortalAuth(),
    )
    add_room(app, "signaling", Path(signaling.__file__).parent)


SETTLED = """Promise.all(
  document.getAnimations()
    .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished.catch(() => null)))"""


async def no_barriers(page: Page) -> None:
    # Colours on their way from one state to the next have contrasts that nobody reads.
    await page.evaluate(SETTLED)
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
    assert serious == []


async def shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.wait_for_timeout(350)
        await page.screenshot(path=f"{SHOTS}/{name}.png")
