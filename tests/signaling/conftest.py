from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from casework.clock import ManualClock
from scenes.fake_worker import FakeFiles, FakeWorker
from scenes.hall_scene import build_hall
from scenes.kernel import Kernel, kernel
from scenes.sockets import DeskUnderTest, Scene


@pytest.fixture
def k(tmp_path: Path) -> Iterator[Kernel]:
    with kernel(tmp_path, clock=ManualClock()) as made:
        yield made


@pytest.fixture
async def desk(k: Kernel, tmp_path: Path) -> AsyncIterator[DeskUnderTest]:
    files = FakeFiles(tmp_path / "recordings")
    worker = FakeWorker("worker-1", files)
    made = DeskUnderTest(k, build_hall(k.writer), files, worker=worker)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def scene(desk: DeskUnderTest) -> Scene:
    reviewer = await desk.page(desk.hall.reviewers[0])
    await reviewer.ask("presence.set", state="free")
    return Scene(
        desk, await desk.page(desk.hall.clerk), await desk.page(desk.hall.screen), reviewer
    )
