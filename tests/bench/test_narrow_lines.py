"""Narrow lines end in a clear speech call: desk, media worker and stations, with a line between."""

import asyncio
import contextlib
import re
import sys
from dataclasses import replace

import av
import pytest
from sqlalchemy import select

from bench.lines.line import Conditions, Line
from bench.lines.proxy import Proxy
from casework.clock import SystemClock
from casework.model.line import Rung
from casework.ports import GapCause, TrackSource
from casework.store import schema_call as s
from casework.store.reading import entries_of
from outlet_client.agent.peer import StationPeer
from outlet_client.agent.tracks import CameraTrack, MicrophoneTrack, Stage
from recording.call_files import CallFiles
from scenes.hall_scene import build_hall
from scenes.kernel import kernel
from scenes.sockets import DeskUnderTest, Party, Scene, until
from yunchuang.media import WorkerOptions
from yunchuang.process import read_pid_file

pytestmark = [pytest.mark.faults, pytest.mark.timeout(150)]

GOOD = Conditions()
_CANDIDATE = re.compile(r"a=candidate:\S+ \d+ udp \d+ (\S+) (\d+) ", re.IGNORECASE)


class Station:
    """A party with a camera that does what a page does: answers offers, and obeys the rung."""

    def __init__(self, party: Party, number: int, line: tuple[Conditions, Conditions] | None):
        stage = Stage()
        self.camera = CameraTrack(stage, number, f"L{number}")
        self.microphone = MicrophoneTrack(stage, number)
        self.peer = StationPeer(
            {
                TrackSource.MICROPHONE: self.microphone,
                TrackSource.CAMERA: self.camera,
            },
            self._frame,
        )
        self.proxy: Proxy | None = None
        self.voice = self.pictures = 0
        self._line = line
        self._party = party
        self.leg = ""
        self._tasks = [asyncio.create_task(self._answer()), asyncio.create_task(self._obey())]

    def _frame(self, _mid: str, frame: av.VideoFrame | av.AudioFrame) -> None:
        if isinstance(frame, av.AudioFrame):
            self.voice += 1
        else:
            self.pictures += 1

    async def _answer(self) -> None:
        seen = 0
        while True:
            offer = await self._party.hears("leg.offer", "another offer", seen, seconds=600)
            seen = self._party.told.index(offer) + 1
            self.leg = offer["leg"]
            sdp = self._through(offer["sdp"])
            answer = await self.peer.answer(sdp)
            await self._party.ask_raw(
                "leg.answer", leg=self.leg, number=offer["number"], sdp=answer
            )

    def _through(self, sdp: str) -> str:
        if self._line is None:
            return sdp
        if self.proxy is None:
            found = _CANDIDATE.search(sdp)
            assert found is not None
            up, down = self._line
            self.proxy = Proxy((found[1], int(found[2])), up, down, seed=5)
        return self.proxy.announce(sdp)

    async def _obey(self) -> None:
        """As signaling/static/js/leg.js does: no picture leaves while the rung does not move."""
        moves = True
        seen = 0
        while True:
            await asyncio.sleep(0.05)
            news, seen = self._party.told[seen:], len(self._party.told)
            for one in news:
                told = one.get("data", {}).get("legs", {}).get(self.leg) if self.leg else None
                if told and "up" in told and Rung(told["up"]).moves is not moves:
                    moves = not moves
                    self.peer.send(TrackSource.CAMERA, self.camera if moves else None)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.peer.close()
        if self.proxy is not None:
            self.proxy.close()


class Call:
    def __init__(self, scene: Scene, window: Station, hall: Station) -> None:
        self.scene, self.window, self.hall = scene, window, hall

    def becomes(self, up: Conditions) -> None:
        """The way up of the window's line changes."""
        assert self.window.proxy is not None
        loop = asyncio.get_running_loop()
        self.window.proxy.up = Line(up, 6, loop.time())

    async def goes_to(self, *rungs: Rung, seconds: float = 60) -> Rung:
        reached = {rung.value for rung in rungs}

        def found() -> str | None:
            for one in reversed(self.scene.clerk.told):
                leg = one.get("data", {}).get("legs", {}).get(self.window.leg) or {}
                if "up" in leg:
                    return leg["up"] if leg["up"] in reached else None
            return None

        return Rung(await until(found, f"{reached}", seconds))

    async def speech_is_clear(self, at_least: float = 0.9, seconds: float = 5.0) -> None:
        """Such a share of the voice packets is played, and the station speaks without a break (50 packets
        a second, on a machine that keeps pace); what stood in the queue goes first.
        """
        heard = []
        for _ in range(4):
            before, spoken = self.hall.voice, self.window.microphone.sent
            await asyncio.sleep(seconds)
            spoken = self.window.microphone.sent - spoken
            heard.append((self.hall.voice - before, spoken))
            if heard[-1][0] >= at_least * spoken and spoken >= 40 * seconds:
                break
        sys.stderr.write(f"voice packets heard and spoken: {heard}\n")
        assert heard[-1][1] >= 40 * seconds
        assert heard[-1][0] >= at_least * heard[-1][1]

    async def every_word_arrives(self, at_least: float = 0.98, seconds: float = 10.0) -> None:
        """What the line loses of the voice is sent again. It is counted as it arrives: of what comes
        behind a round trip of 300 ms the station plays nothing (`StationPeer.arrived`); what Chromium
        conceals of it, the tests of the whole product measure.
        """
        assert self.window.proxy is not None
        lost, before = self.window.proxy.up.lost, await self.hall.peer.arrived("audio")
        spoken = self.window.microphone.sent
        await asyncio.sleep(seconds)
        arrived = await self.hall.peer.arrived("audio") - before
        spoken = self.window.microphone.sent - spoken
        lost = self.window.proxy.up.lost - lost
        sys.stderr.write(f"voice arrived {arrived} of {spoken}; the line lost {lost} datagrams\n")
        assert lost > 0
        assert arrived >= at_least * spoken

    def entries(self, type_: str) -> int:
        with self.scene.desk.k.store.reading() as conn:
            all_ = entries_of(conn, f"call:{self.scene.call}")
        return sum(one.type == type_ for one in all_)

    def ledger(self) -> list[tuple[str, str]]:
        with self.scene.desk.k.store.reading() as conn:
            rows = conn.execute(select(s.gap).where(s.gap.c.call_id == self.scene.call)).all()
        return [(row.source, row.cause) for row in rows if row.leg_id == self.window.leg]


@pytest.fixture
async def call_over(tmp_path):
    """Starts a running, recorded call whose window has this line."""
    clock = SystemClock()
    last = contextlib.AsyncExitStack()

    async def start(up: Conditions, down: Conditions) -> Call:
        k = last.enter_context(kernel(tmp_path, clock=clock))
        hall = build_hall(k.writer)
        desk = DeskUnderTest(
            k,
            hall,
            CallFiles(tmp_path / "recordings", clock),
            workers=[("w", tmp_path / "worker.sock")],
        )
        options = WorkerOptions(
            socket=tmp_path / "worker.sock",
            pid_file=tmp_path / "worker.json",
            addresses=("127.0.0.1",),
        )
        process = await asyncio.create_subprocess_exec(sys.executable, "-P", *options.arguments())
        last.push_async_callback(_stop, process)
        await until(lambda: read_pid_file(options.pid_file), "a worker", 30)
        await desk.start()
        last.push_async_callback(desk.stop)
        reviewer = await desk.page(hall.reviewers[0])
        await reviewer.ask("presence.set", state="free")
        clerk = await desk.page(hall.clerk)
        scene = Scene(desk, clerk, await desk.page(hall.screen), reviewer)
        offer = await scene.ring()
        await scene.agree()
        await scene.accept(offer)
        stations = Station(clerk, 1, (up, down)), Station(reviewer, 2, None)
        for one in stations:
            last.push_async_callback(one.close)
        for party in (clerk, reviewer):
            await party.ask("leg.join", call=scene.call, sources=["microphone", "camera"])
        await clerk.hears_event("leg.connected", after=0)
        await until(lambda: stations[1].voice > 100 and stations[1].pictures > 10, "media", 40)
        return Call(scene, *stations)

    async with last:
        yield start


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    await process.wait()


async def test_200_kbps_up_keep_the_sound_and_pause_the_picture(call_over):
    call = await call_over(GOOD, GOOD)
    call.becomes(Conditions(rate_kbps=200, delay_ms=40))
    await call.goes_to(Rung.AUDIO_FIRST)
    await call.speech_is_clear()
    before = call.hall.pictures
    await asyncio.sleep(1)
    assert call.hall.pictures == before
    health = [one for one in call.scene.clerk.told if one["type"] == "room.health"]
    assert health[-1]["ok"], health[-1]

    call.becomes(GOOD)  # the line is good again: the picture comes back by itself
    await call.goes_to(Rung.LOWER_VIDEO, Rung.FULL)
    await until(lambda: call.hall.pictures > before + 10, "a picture again", 60)
    await until(lambda: ("camera", GapCause.BAD_LINE.value) in call.ledger(), "its line", 60)
    assert call.entries("desk.line.limited") >= 2


async def test_60_kbps_up_carry_speech_and_12_do_not(call_over):
    """A station's voice needs some 30 kbit/s on the wire; a browser's, of 32 kbit/s, about 60."""
    call = await call_over(GOOD, GOOD)
    call.becomes(Conditions(rate_kbps=60, delay_ms=40))
    await call.goes_to(Rung.AUDIO_FIRST)
    await call.speech_is_clear()
    call.becomes(Conditions(rate_kbps=12, delay_ms=40))
    await call.goes_to(Rung.TELEPHONE)
    await call.scene.clerk.ask("call.end", call=call.scene.call)
    await until(lambda: ("camera", GapCause.BAD_LINE.value) in call.ledger(), "its line", 60)
    assert call.entries("desk.line.summed_up") >= 1


async def test_the_poor_outlet_talks_clearly(call_over):
    """1 Mbit/s up, 2 down, 150 ms, 2 % loss; the recording stays healthy and nothing is paused."""
    up = Conditions(rate_kbps=1_000, delay_ms=150, loss=0.02)
    call = await call_over(up, replace(up, rate_kbps=2_000))
    await asyncio.sleep(10)
    await call.speech_is_clear()
    await call.every_word_arrives()
    leg = (await call.scene.clerk.snapshot(call.scene.stream))["legs"][call.window.leg]
    assert Rung(leg["up"]).moves
    assert leg["line"] in {"good", "fair", "poor"}
