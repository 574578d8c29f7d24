"""What a page sends and gets, by its own statistics and its own pictures."""

import base64
import time
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from bench.live.people import CITIZEN, HALL, WINDOW
from outlet_client.agent.beep import find_beeps
from outlet_client.agent.frame_code import STRIP_PART, FrameCode, read_frame_code

_IN_PAGE = Path(__file__).with_name("in_page")
_STATISTICS = (_IN_PAGE / "statistics.js").read_text()
_LISTEN = (_IN_PAGE / "listen.js").read_text()
_PICTURES = (_IN_PAGE / "pictures.js").read_text()
_FRAMES = (_IN_PAGE / "frames.js").read_text()
_ROUTE = (_IN_PAGE / "route.js").read_text()


@dataclass(frozen=True, slots=True)
class Sent:
    """`frames` counted by the sender until `mono_s` on the machine's monotonic clock."""

    frames: int
    mono_s: float


async def statistics(page: Page, kind: str) -> dict[str, dict[str, Any]]:
    """RTP statistics of the page's living connection by mid; `kind` is `outbound` or `inbound`."""
    found = await page.evaluate(_STATISTICS)
    return {one["mid"]: one for one in found if one["type"] == f"{kind}-rtp"}


async def route(page: Page) -> dict[str, Any]:
    """The page's own end of the road its media takes: the local candidate of the selected pair."""
    return dict(await page.evaluate(_ROUTE))


async def frames_sent(page: Page, source: str) -> Sent:
    wall_minus_mono = time.time() - time.monotonic()
    one = (await statistics(page, "outbound"))[source]
    return Sent(int(one["framesSent"]), one["timestamp"] / 1000 - wall_minus_mono)


async def pictures(page: Page) -> dict[str, FrameCode]:
    """The numbered pictures on the page now, by their label; others are left out."""
    shown = {}
    for one in await page.evaluate(_PICTURES, STRIP_PART):
        luma = base64.b64decode(one["luma"])
        code = read_frame_code(luma, one["width"], one["height"], one["width"])
        if code is not None:
            shown[one["label"]] = code
    return shown


async def heard(page: Page, seconds: int) -> "array[int]":
    """All that comes out of the page's receivers, as 16 bit samples at 48 kHz mono."""
    samples = array("h")
    samples.frombytes(base64.b64decode(await page.evaluate(_LISTEN, seconds)))
    return samples


async def stations_heard(page: Page, seconds: int = 4) -> set[int]:
    """Whose beeps come out of the page's receivers, told apart by their pitch."""
    samples = await heard(page, seconds)
    return {station for station in (WINDOW, CITIZEN, HALL) if len(find_beeps(samples, station)) > 1}


async def sound_received(page: Page) -> int:
    """Packets of sound that came to the page, over all its m-lines."""
    inbound = await statistics(page, "inbound")
    return sum(one["packetsReceived"] for one in inbound.values() if one["kind"] == "audio")


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of `station` under a new frame number, by the wall clock."""

    wall_s: float
    station: int
    number: int


async def watch_frames(page: Page) -> None:
    """From now on the page notes every picture that is shown under a new number."""
    await page.evaluate(_FRAMES)


async def frames_shown(page: Page) -> list[Shown]:
    """Since `watch_frames`, in the order in which they were shown."""
    return [Shown(*one) for one in await page.evaluate("watched.frames")]
