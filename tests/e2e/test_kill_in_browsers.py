"""kill -9 once of each, under three real browsers that come back by themselves."""

import asyncio
import time

import pytest
from playhouse.node import DESK, START_S, WORKER
from playhouse.store import newest_call, open_recordings
from playhouse.until import until
from playwright.async_api import expect

from audit.verifier.report import Verdict
from bench.live.desk_scene import DeskScene
from bench.live.recordings import all_parts, is_ended, open_parts

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.timeout(240)]

BACK_S = 20.0
"""Long enough for a machine that does other things besides; the figure is printed."""


async def test_three_browsers_outlive_desk_worker_and_everything(call_scene: DeskScene):
    node = call_scene.node
    call = newest_call(node).id
    directory = node.recordings(call)
    parts = {span.part for span in all_parts(directory)}

    before = await connections(call_scene)
    pid = node.kill(DESK)
    await call_scene.until_all_seen()
    await node.ready(DESK, other_than=pid)
    for person in (call_scene.window, call_scene.screen, call_scene.hall):
        await expect(person.page.get_by_text("网络中断")).to_be_hidden(timeout=30_000)
    await call_scene.until_all_seen()
    assert await connections(call_scene) == before
    assert parts <= {span.part for span in all_parts(directory)}
    assert newest_call(node).id == call

    await until(lambda: newest_call(node).state == "active", "the call goes on", 60)
    killed = time.monotonic()
    pid = node.kill(WORKER)
    back, up = await asyncio.gather(
        back_after(call_scene, before, killed), node.up_after(WORKER, pid, killed)
    )
    print(
        f"\npictures are back {back:.2f} s after kill -9 of the worker, which was up in {up:.2f} s"
    )
    assert back <= BACK_S + max(0.0, up - START_S)

    before = await connections(call_scene)
    killed = time.monotonic()
    await node.kill_everything()
    await node.start()
    back = await back_after(call_scene, before, killed)
    print(f"pictures are back {back:.2f} s after kill -9 of everything")

    await until(lambda: newest_call(node).state == "active", "the call goes on", 60)
    assert newest_call(node).id == call
    await call_scene.hall.end_call()
    await until(lambda: is_ended(directory), "the recording has an end", 60)
    await until(lambda: not open_recordings(node), "the desk knows it", 60)
    assert open_parts(directory) == set()
    # Window, document, citizen and hall: each has a part for each worker that recorded it.
    assert len(all_parts(directory)) >= 3 * 4
    assert node.verify_log().verdict is Verdict.GOOD


async def connections(scene: DeskScene) -> list[int]:
    """How many connections each page has made: a new one says that it was offered anew."""
    pages = (scene.window.page, scene.screen.page, scene.hall.page)
    made = (page.evaluate("watched.connections.length") for page in pages)
    return list(await asyncio.gather(*made))


async def back_after(scene: DeskScene, before: list[int], since: float) -> float:
    """Seconds until every page has a new connection and sees moving pictures by it."""

    async def offered_anew() -> bool:
        now = await connections(scene)
        return all(new > old for new, old in zip(now, before, strict=True))

    await until(offered_anew, "every page is offered anew", 60)
    await scene.until_all_seen()
    return time.monotonic() - since
