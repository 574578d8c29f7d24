"""One leg in Chromium: which frames left its encoder, and which of the others' it showed."""

import asyncio
import base64
import itertools
import time
from collections.abc import Iterable
from pathlib import Path

import av
from playwright.async_api import Page, Route

from bench.lines.call import Account, Pictures
from bench.lines.numbering import Replayed, SentFrame
from bench.lines.proxy import Proxy
from bench.live.media import frames_shown, watch_frames
from bench.live.skew import begin_measuring, end_measuring
from bench.live.until import until
from outlet_client.agent.frame_code import read_frame_code

ADDRESS = "http://localhost/station"
"""A blank page that the test answers itself: devices are for pages of a safe origin only."""
SEES_S = 20.0
_STATION = (Path(__file__).with_name("in_page") / "station.js").read_text(encoding="utf-8")
_RTP_CLOCK = 90_000

Encoded = tuple[int, float, str]
"""RTP time stamp, wall clock in seconds, the frame in base64."""


class BrowserStation:
    """`page` belongs to a browser with capture files of station `number`."""

    def __init__(self, page: Page, number: int, proxy: Proxy | None) -> None:
        self.number = number
        self._page = page
        self._proxy = proxy
        self._is_open = False
        self._counted = 0

    async def answer(self, sdp: str) -> str:
        if not self._is_open:
            self._is_open = True
            await self._page.route(ADDRESS, _blank)
            await self._page.goto(ADDRESS)
            await self._page.evaluate(_STATION)
            await watch_frames(self._page)
        offer = sdp if self._proxy is None else self._proxy.announce(sdp)
        return str(await self._page.evaluate("sdp => station.answer(sdp)", offer))

    async def until_sees(self) -> None:
        await until(lambda: frames_shown(self._page), f"station {self.number} sees", SEES_S)
        await begin_measuring(self._page)

    async def count(self) -> None:
        self._counted = int(await self._page.evaluate("station.sent.length"))

    async def account(self) -> Account:
        """Of frames whose numbers cannot be read even where they were encoded nothing is said."""
        marks = await end_measuring(self._page)
        encoded = await self._page.evaluate("station.open = false, station.sent")
        sent = await asyncio.to_thread(read_sent, [tuple(one) for one in encoded])
        counted = sum(frame is not None for frame in sent[: self._counted])
        numbering = Replayed([frame for frame in sent if frame is not None])
        return Account(counted, numbering, await self._shown(), marks)

    async def leave(self) -> None:
        if self._is_open:
            await self._page.goto("about:blank")

    async def _shown(self) -> dict[int, Pictures]:
        ahead_s = _wall_ahead_s()
        shown: dict[int, list[tuple[int, float]]] = {}
        for one in await frames_shown(self._page):
            shown.setdefault(one.station, []).append((one.number, one.wall_s - ahead_s))
        return dict(shown)


def read_sent(encoded: Iterable[Encoded]) -> list[SentFrame | None]:
    """Decodes what left the encoder, in its order; None where no number can be read."""
    decoder = av.CodecContext.create("vp8", "r")
    ahead_s = _wall_ahead_s()
    found: list[SentFrame | None] = []
    ticks, before = 0, None
    for stamp, wall_s, text in encoded:
        ticks += 0 if before is None else (stamp - before) & 0xFFFFFFFF
        before = stamp
        frames = decoder.decode(av.Packet(base64.b64decode(text)))
        found += itertools.repeat(None, 1 - len(frames))
        for frame in frames:
            plane = frame.planes[0]
            code = read_frame_code(bytes(plane), frame.width, frame.height, plane.line_size)
            taken_s = ticks / _RTP_CLOCK
            found.append(
                None if code is None else SentFrame(code.number, wall_s - ahead_s, taken_s)
            )
    return found


def _wall_ahead_s() -> float:
    return time.time() - time.monotonic()


async def _blank(route: Route) -> None:
    await route.fulfill(body="<!doctype html><body></body>", content_type="text/html")
