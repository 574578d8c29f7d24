"""A Chromium before the hall's pages: the switches, the checks, and the desk without a worker."""

import asyncio
import os
from pathlib import Path

from aiohttp import web
from playwright.async_api import Page

import signaling
from casework.actions.report_leg import ReportLeg, report_leg
from casework.actor import SYSTEM
from casework.model.call import LegState, Seat
from casework.views.calls import legs_of
from portal.keys import BUS
from portal.rooms import add_room
from signaling.portal_auth import PortalAuth
from signaling.setup import setup_signaling

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


async def shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.wait_for_timeout(350)
        await page.screenshot(path=f"{SHOTS}/{name}.png")


async def connect(live_house, call_id):
    """No worker is there to say that the page's leg connected."""
    for _ in range(100):
        with live_house.kernel.store.reading() as conn:
            leg = next(one for one in legs_of(conn, call_id) if one.seat is Seat.HALL)
        if leg.incarnation > 1:
            command = ReportLeg(leg.id, leg.incarnation, LegState.CONNECTED)
            await live_house.kernel.writer.run(report_leg, command, actor=SYSTEM)
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the page did not join")
