"""The desk with a real media worker process and two stations: recorded, killed, taken up again."""

import asyncio
import os
import signal
import sys
import time

import pytest
from sqlalchemy import select

from casework.clock import SystemClock
from casework.ports import TrackSource
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

pytestmark = pytest.mark.faults


class Station:
    """A party with a camera: answers every offer its page is sent."""

    def __init__(self, party: Party, number: int) -> None:
        stage = Stage()
        self.camera = CameraTrack(stage, number, f"L{number}")
        self.peer = StationPeer(
            {
                TrackSource.MICROPHONE: MicrophoneTrack(stage, number),
                TrackSource.CAMERA: self.camera,
            }
        )
        self.leg = ""
        self.sit(party)

    def sit(self, party: Party) -> None:
        """The page's socket, or the next one after that was lost."""
        self.party = party
        self.answering = asyncio.create_task(self._answer_offers(party))

    async def _answer_offers(self, party: Party) -> None:
        seen = 0
        while True:
            offer = await party.hears("leg.offer", "another offer", seen, seconds=120)
            seen = party.told.index(offer) + 1
            self.leg = offer["leg"]
            sdp = await self.peer.answer(offer["sdp"])
            await party.ask_raw("leg.answer", leg=self.leg, number=offer["number"], sdp=sdp)

    async def close(self) -> None:
        self.answering.cancel()
        await self.peer.close()


async def start_worker(folder, name: str) -> asyncio.subprocess.Process:
    options = WorkerOptions(
        socket=folder / "worker.sock", pid_file=folder / f"{name}.json", addresses=("127.0.0.1",)
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-P", *options.arguments())
    await until(lambda: read_pid_file(options.pid_file), "a worker", 30)
    return process


async def healthy(party: Party, after: int = 0) -> None:
    await party.hears(
        lambda one: one["type"] == "room.health" and one["ok"], "health", after, seconds=20
    )


@pytest.fixture
async def played(tmp_path):
    """A running, healthily recorded call of two stations; scene, stations, worker process."""
    clock = SystemClock()
    with kernel(tmp_path, clock=clock) as k:
        hall = build_hall(k.writer)
        workers = [("w", tmp_path / "worker.sock")]
        desk = DeskUnderTest(k, hall, CallFiles(tmp_path / "recordings", clock), workers=workers)
        process = await start_worker(tmp_path, "first")
        await desk.start()
        reviewer = await desk.page(hall.reviewers[0])
        await reviewer.ask("presence.set", state="free")
        clerk = await desk.page(hall.clerk)
        scene = Scene(desk, clerk, await desk.page(hall.screen), reviewer)
        offer = await scene.ring()
        await scene.agree()
        await scene.accept(offer)
        stations = [Station(clerk, 1), Station(reviewer, 2)]
        for party in (clerk, reviewer):
            await party.ask("leg.join", call=scene.call, sources=["microphone", "camera"])
        await clerk.sees(scene.stream, state="active")
        await healthy(clerk)
        processes = [process]
        yield scene, stations, processes
        for station in stations:
            await station.close()
        await desk.stop()
        for one in processes:
            if one.returncode is None:
                one.terminate()
            await one.wait()


def entry_types(scene: Scene) -> list[str]:
    with scene.desk.k.store.reading() as conn:
        return [entry.type for entry in entries_of(conn, f"call:{scene.call}")]


def without_line(legs: dict) -> dict:
    """A busy machine makes the line of a station score worse for a moment."""
    return {leg: {**one, "line": None} for leg, one in legs.items()}


async def end(scene: Scene, clerk: Party, stations: list[Station]) -> None:
    """Ends the call and checks that the recording is closed and every part has its totals."""
    # A busy machine's stations send fewer pictures a second.
    shown = sum(station.camera.sent for station in stations)
    await until(lambda: sum(station.camera.sent for station in stations) > shown + 60)
    await clerk.ask("call.end", call=scene.call)
    await clerk.hears_event("recording.room_closed")
    with scene.desk.k.store.reading() as conn:
        parts = conn.execute(select(s.part).where(s.part.c.call_id == scene.call)).all()
    types = entry_types(scene)
    assert types.count("rec.start") == types.count("rec.end") == 1
    assert types.count("rec.part") == len(parts) >= 2
    assert all(part.closed_ms is not None for part in parts)
    assert sum(part.video_frames for part in parts) > 30


async def test_a_worker_that_is_killed_is_replaced_in_the_same_recording(played, tmp_path):
    scene, stations, processes = played
    heard = len(scene.clerk.told)
    os.kill(processes[0].pid, signal.SIGKILL)
    await processes[0].wait()
    processes.append(await start_worker(tmp_path, "second"))
    began = time.monotonic()
    await scene.clerk.hears("room.state", after=heard)
    await scene.clerk.hears_event("leg.connected", after=heard)
    await scene.clerk.sees(scene.stream, state="active")
    back_s = time.monotonic() - began
    sys.stderr.write(f"back {back_s:.2f} s after the new worker was ready\n")
    await healthy(scene.clerk, heard)
    await end(scene, scene.clerk, stations)
    types = entry_types(scene)
    assert types.count("rec.part") >= 4
    assert "rec.gap" in types
    assert "desk.call.worker_lost" in types


async def test_a_desk_that_stops_ends_neither_call_nor_recording(played):
    scene, stations, _processes = played
    desk = scene.desk
    state = await scene.clerk.snapshot(scene.stream)
    await desk.stop()
    before = [station.peer.state for station in stations]
    await asyncio.sleep(1.5)
    assert before == [station.peer.state for station in stations] == ["connected", "connected"]
    await desk.start()
    parties = [await desk.page(desk.hall.clerk), await desk.page(desk.hall.reviewers[0])]
    for station, party in zip(stations, parties, strict=True):
        station.answering.cancel()
        station.sit(party)
        await party.follow(scene.stream)
        members = {"leg": station.leg, "incarnation": 1}
        assert (await party.ask("leg.attach", call=scene.call, **members))["kept"]
    clerk = parties[0]
    await healthy(clerk)
    again = await clerk.snapshot(scene.stream)
    assert again["state"] == "active"
    assert without_line(again["legs"]) == without_line(state["legs"])
    await end(scene, clerk, stations)
    assert "desk.call.interrupted" not in entry_types(scene)
