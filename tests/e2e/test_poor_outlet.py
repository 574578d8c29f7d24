"""The poor outlet: a whole case over one line of 1 Mbit/s up, 2 down, 150 ms there and back, and 2 %
loss both ways, for everything the outlet sends and gets, media and pages alike.

One PC with a citizen's screen beside it; both browsers stand in a network namespace at the end of the
line (tests/support/scenes/outlet_line.py), so that TCP is the kernel's and loses packets too.
"""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from playhouse.exported import export_and_verify
from playhouse.node import LiveNode
from playhouse.people import CITIZEN, DRAWN_CITIZEN, DRAWN_DOCUMENT, HALL, WINDOW
from playhouse.store import facts_on_chain, newest_call
from playhouse.until import until
from playwright.async_api import Page, expect

from bench.lines.line import Conditions
from bench.lines.recorded import PACKET_S, Recorded, read_recorded
from bench.lines.verdict import PACKET_RTP
from bench.live.chromium import EXECUTABLE
from bench.live.desk_scene import MATERIALS, ONE_PC, DeskScene, desk_scene
from bench.live.media import heard, statistics
from bench.live.recordings import is_ended
from casework.ports import TrackSource
from outlet_client.agent.beep import find_beeps
from scenes.outlet_line import HERE, OutletLine, outlet_line

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

UP = Conditions(rate_kbps=1_000, delay_ms=75, loss=0.02)
DOWN = replace(UP, rate_kbps=2_000)
LISTENED_S = 20
CONCEALED = 0.12
"""Six times what the line loses: what is sent again may come too late to be heard. Alone on two
cores it was 1.8 to 4.3 % in ten runs and once 6.0 %; beside other work 6.3 %.
"""
BEEPS_LOST = 6
"""Of twenty, each of two packets. Alone on two cores two at most were missing, under heavy load five."""
EDGE_S = 0.1
"""So far from a hole its line in the ledger may begin or end, either way. Seen on this line: 28 ms."""
STILL_S = 20.0
TOLD = {
    "lower_video": "线路一般，已调低画面清晰度",
    "audio_first": "线路较差，已先保声音，画面暂停",
}
"""Speech goes first, then stills, and moving pictures last: while 700 kB take three quarters of the
line, pictures may pause. They have to move again afterwards, and nothing may fall further.
"""
MOVING_AGAIN_S = 90.0
"""Two rises of ten calm seconds, of which the first may fail once."""
PHOTOGRAPH_BYTES = 700_000


@dataclass(frozen=True)
class Way:
    url: str
    script: str = ""


@pytest.fixture
async def line() -> AsyncIterator[OutletLine]:
    async with outlet_line(UP, DOWN) as made:
        yield made


@pytest.fixture
async def reached(city: Path, tmp_path: Path, line: OutletLine) -> AsyncIterator[LiveNode]:
    """A node that is found at this end of the line as well."""
    settings = {
        "YUNCHUANG_HOST": "0.0.0.0",
        "YUNCHUANG_MEDIA_ADDRESSES": json.dumps(["127.0.0.1", HERE]),
    }
    node = LiveNode(city, tmp_path, settings)
    try:
        await node.start()
        yield node
    finally:
        await node.stop()


@dataclass
class Steps:
    """Seconds that main steps took, in the order in which they were done."""

    seconds: dict[str, float]

    @contextlib.contextmanager
    def timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 1)


@dataclass(frozen=True)
class Sound:
    """What the hall has of the window's voice so far, in samples."""

    received: int
    concealed: int

    @classmethod
    async def at(cls, page: Page) -> "Sound":
        (voice,) = (
            one for one in (await statistics(page, "inbound")).values() if one["kind"] == "audio"
        )
        return cls(
            voice["totalSamplesReceived"],
            voice["concealedSamples"] - voice["silentConcealedSamples"],
        )

    def concealed_since(self, before: "Sound") -> float:
        return (self.concealed - before.concealed) / (self.received - before.received)


async def test_the_whole_case_of_a_poor_outlet(reached, line, devices, tmp_path):
    url = f"http://{HERE}:{reached.port}"
    chromium = tmp_path / "chromium"
    command = line.command(EXECUTABLE, f"--unsafely-treat-insecure-origin-as-secure={url}")
    chromium.write_text(f'#!/bin/sh\nexec {" ".join(command)} "$@"\n')
    chromium.chmod(0o755)
    steps = Steps({})
    ways = {WINDOW: Way(url), CITIZEN: Way(url)}
    async with desk_scene(reached, devices, ONE_PC, outlet=chromium, lines=ways) as scene:
        await fill_and_photograph(scene, steps)
        with steps.timed("ring to everybody seen"):
            await scene.to_the_call()
            await everybody_seen(scene)
        window, screen, hall = scene.window.page, scene.screen.page, scene.hall.page
        await check_stills(hall)

        before, began = await Sound.at(hall), time.monotonic()
        sent_s, sound = await asyncio.gather(send_a_photograph(window), heard(hall, LISTENED_S))
        beeps = find_beeps(sound, WINDOW)
        share = (await Sound.at(hall)).concealed_since(before)
        print(
            f"\na photograph of 700 kB beside the call: {sent_s:.1f} s; of {LISTENED_S} beeps "
            f"{len(beeps)} heard, {share:.2%} of the voice concealed in {time.monotonic() - began:.0f} s"
        )
        assert len(beeps) >= LISTENED_S - BEEPS_LOST
        assert share <= CONCEALED
        await everybody_seen(scene)

        with steps.timed("checks and approval"):
            await scene.hall.check_on_camera()
            await scene.hall.approve(
                "RS20260101000123",
                {"待遇发放账号": "6222021234567890003", "待遇发放银行": "示范银行第二支行"},
                {"待遇发放账号": "6222020200000000006", "待遇发放银行": "示范银行城关支行"},
            )
        await everybody_seen(scene)
        await until(
            partial(told_alike, window, screen), "both sides of the counter are told alike", 30
        )
        whole = (await Sound.at(hall)).concealed_since(Sound(0, 0))
        await scene.hall.end_call()
        with steps.timed("issued and rated"):
            number = await scene.issue_and_rate()
    print(f"concealed of the whole call {whole:.2%}; seconds: {steps.seconds}")
    assert whole <= CONCEALED

    call = newest_call(reached)
    assert (call.state, call.end_reason) == ("ended", "finished")
    directory = reached.recordings(call.id)
    await until(lambda: is_ended(directory), "the recording has an end", 60)
    recorded = read_recorded(directory, reached.call_key(call.id), call.legs["window"], WINDOW)
    check_voice(recorded)
    lowered = [
        (fact["up"], fact["down"]) for fact in facts_on_chain(reached, call.id, "desk.line.limited")
    ]
    print(f"rungs (up, down) of all lines: {lowered}")
    assert {rung for both in lowered for rung in both} <= {"full", *TOLD}
    await reached.stop()
    entries = await export_and_verify(reached, number, call.id, tmp_path / "package")
    print(f"{number}: good, {entries} entries")


async def fill_and_photograph(scene: DeskScene, steps: Steps) -> None:
    window = scene.window
    with steps.timed("case opened"):
        await window.begin("失业保险金账号变更")
    with steps.timed("identity confirmed"):
        await window.confirm_identity()
    with steps.timed("form saved"):
        await window.fill()
    with steps.timed("three papers photographed and sent"):
        await window.capture(*MATERIALS)
    assert steps.seconds["three papers photographed and sent"] <= STILL_S * len(MATERIALS)
    with steps.timed("read back and signed"):
        await window.read_back()
        await scene.screen.compare_and_sign()
        await expect(window.button("受理并呼叫大厅")).to_be_visible()
    with steps.timed("accepted, and it rings"):
        await window.accept_and_call()


async def everybody_seen(scene: DeskScene) -> None:
    """Also the frame numbers of the lowered pictures can be read: paper is not halved."""
    counter = {WINDOW, DRAWN_CITIZEN, DRAWN_DOCUMENT}
    await scene.until_seen(
        {
            scene.window.page: {WINDOW, HALL},
            scene.screen.page: {HALL},
            scene.hall.page: counter | {HALL},
        },
        MOVING_AGAIN_S,
    )


async def told_alike(*pages: Page) -> bool:
    """Where something is lowered, both sides of the counter read the same of it, else neither."""
    told = [
        await page.evaluate(
            """() => {
              const words = document.querySelector("[data-limit]");
              return words && [words.dataset.limit, words.textContent];
            }"""
        )
        for page in pages
    ]
    if not all(told):
        return not any(told)
    assert all(rung in TOLD and TOLD[rung] in words for rung, words in told), told
    return len({rung for rung, _ in told}) == 1


async def check_stills(hall: Page) -> None:
    """The reviewer gets every photograph as large as it was taken: A4 at 200 dpi."""
    sizes = await hall.evaluate(
        """async () => {
          const found = [];
          const cases = [...new Set(performance.getEntriesByType("resource").map((one) => /review\\/cases\\/(\\w{26})/.exec(one.name)?.[1]).filter(Boolean))];
          for (const id of cases) {
            const path = `/api/v1/review/cases/${id}`;
            const shown = await (await fetch(path)).json();
            for (const slot of shown.materials) for (const version of slot.versions) {
              const picture = await createImageBitmap(await (await fetch(`${path}/materials/${version.id}`)).blob());
              found.push([slot.code, picture.width, picture.height]);
            }
          }
          return found;
        }"""
    )
    pictures = [size for size in sizes if not size[0].endswith("_signature")]
    assert [(width, height) for _, width, height in pictures] == [(2339, 1654)] * len(MATERIALS)


async def send_a_photograph(window: Page) -> float:
    """Seconds that as many bytes as the largest photograph take beside the call. The server reads
    them all, and then says that they are no picture.
    """
    return await window.evaluate(
        """async (bytes) => {
          const body = new Uint8Array(bytes);
          for (let at = 0; at < bytes; at += 65536) crypto.getRandomValues(body.subarray(at, Math.min(bytes, at + 65536)));
          const id = location.pathname.split("/").at(-1);
          const began = performance.now();
          const answer = await fetch(`/api/v1/cases/${id}/materials/id_card?source=still`, {method: "POST", body, headers: {"Yc-Door": "clerk"}});
          const { code } = await answer.json();
          if (code !== "C-34") throw new Error(`answered ${code}`);
          return (performance.now() - began) / 1000;
        }""",
        PHOTOGRAPH_BYTES,
    )


def check_voice(recorded: Recorded) -> None:
    """Every hole in the recorded voice lies in a line of the ledger, and there are few. It may stand
    in several parts, which are aligned anew at a keyframe: one goes on where the other stops.
    """
    lines = [
        (gap.from_mono_ms / 1000, gap.to_mono_ms / 1000)
        for gap in recorded.gaps
        if gap.source is TrackSource.MICROPHONE
    ]
    holes = [
        (one, later)
        for voice in recorded.voice
        for one, later in itertools.pairwise(voice.times)
        if later - one > 1.5 * PACKET_S
    ] + [
        (one.times[-1], later.times[0])
        for one, later in itertools.pairwise(recorded.voice)
        if later.first_rtp - one.last_rtp > PACKET_RTP
    ]
    missing = sum(later - one - PACKET_S for one, later in holes)
    share = missing / (recorded.voice[-1].times[-1] - recorded.voice[0].times[0])
    print(f"recorded voice: {len(holes)} holes, {share:.2%} missing; lines {len(lines)}")
    for one, later in holes:
        near = [begin - EDGE_S < later and one < end + EDGE_S for begin, end in lines]
        assert any(near), (one, later, lines)
    assert share <= 1 - 0.97
