"""A demonstration at its doors, in a process of its own, and a case that scripted people made in it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from outlet_client.agent.people.auditor import Auditor
from outlet_client.agent.refusal import Refused
from scenes import succession
from yunchuang.demo_data import DEMO_PASSWORD

YUNCHUANG = Path(sys.executable).with_name("yunchuang")
PLAYS = "/demo/plays"


class Demo:
    """`yunchuang demo`, up to the point where it says that it is there."""

    def __init__(self, folder):
        self.folder = folder
        self.data = folder / "data"
        with (folder / "log").open("w") as log:
            self.command = subprocess.Popen(
                [YUNCHUANG, "demo", "--data", self.data, "--port", "0"],
                stdout=subprocess.PIPE, stderr=log, text=True,
                # What a service would be told must not reach a demonstration.
                env={**os.environ, "LC_ALL": "en_US.UTF-8", "YUNCHUANG_PORT": "1"},
            )  # fmt: skip
        self.said = []
        for line in self.command.stdout:
            self.said.append(line.rstrip())
            if "Ctrl-C" in line:
                break
        self.url = next(word for word in " ".join(self.said).split() if word.startswith("http"))

    def stop(self):
        self.command.send_signal(signal.SIGINT)
        self.command.communicate(timeout=60)
        return self.command.returncode


@dataclass(frozen=True)
class Packaged:
    case: str
    viewing: int
    package: str
    path: Path


def processes_that_name(folder):
    """Pids of processes with this folder among their arguments or settings."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes() + (path / "environ").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in words:
            found.append(path.name)
    return found


@pytest.fixture(scope="session")
def house_at_rest(tmp_path_factory):
    """An installation whose log another is to follow."""
    return succession.build(tmp_path_factory.mktemp("succession"))


@pytest.fixture
def house(house_at_rest, tmp_path):
    """A copy of it, to be spoilt."""
    return house_at_rest.copied(tmp_path)


@pytest.fixture(scope="session")
def left_running():
    """Which processes name a folder, once the last of them had five seconds to end."""

    def look(folder):
        deadline = time.monotonic() + 5
        while (found := processes_that_name(folder)) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    return look


@pytest.fixture(scope="session")
def open_demo():
    return Demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory, left_running):
    running = Demo(tmp_path_factory.mktemp("demo"))
    yield running
    assert running.stop() == 0
    assert left_running(running.data) == []


@pytest.fixture(scope="session")
def packaged(demo):
    """A whole case by the scripted people of both sides, and the auditor's package of it."""
    return asyncio.run(_package(demo))


async def _package(demo):
    async with aiohttp.ClientSession() as http:
        for play in ("reviewer_answers", "outlet_calls"):
            async with http.post(f"{demo.url}{PLAYS}/{play}") as answer:
                assert answer.status == 200
        async with asyncio.timeout(150):
            step = ""
            while step != "goodbye":
                async with http.get(demo.url + PLAYS) as answer:
                    now = (await answer.json())["outlet_calls"]
                assert not now["reason"], now
                step = now["step"]
                await asyncio.sleep(0.2)
        for play in ("reviewer_answers", "outlet_calls"):
            async with http.delete(f"{demo.url}{PLAYS}/{play}") as answer:
                assert not (await answer.json())[play]["running"]
    async with Auditor(demo.url) as auditor:
        await auditor.come_in("20", DEMO_PASSWORD)
        page = await auditor.browser.page("/audit?called=1&state=completed")
        case = page.partition('href="/audit/cases/')[2].partition('"')[0]
        viewing = await auditor.open_case(case, "抽查")
        path = demo.folder / "package.zip"
        package = await _take(auditor, case, viewing, path)
    return Packaged(case, viewing, package, path)


async def _take(auditor, case, viewing, path):
    """Once the recording of the call that just ended is closed."""
    end = time.monotonic() + 30
    while True:
        try:
            return await auditor.take_package(case, viewing, path)
        except Refused as refused:
            if refused.code != "E-01" or time.monotonic() > end:
                raise
            await asyncio.sleep(0.2)
