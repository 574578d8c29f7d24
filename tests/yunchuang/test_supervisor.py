"""The supervisor over real processes: restarts, adoption by pid and start time, no doubles."""

import asyncio
import contextlib
import errno
import json
import os
import signal
import subprocess
import sys

import pytest

from casework.data_dir import DataDir, DataDirError
from casework.installation import init_data_dir
from yunchuang.node import Node
from yunchuang.process import ProcessId, read_pid_file, write_pid_file
from yunchuang.settings import Settings
from yunchuang.supervisor import NotReadyError, Role, Supervisor
from yunchuang.watchdog import Watchdog

pytestmark = pytest.mark.faults

CHILD = """
import signal, sys, time
from pathlib import Path
from yunchuang.process import write_pid_file
Path(sys.argv[2]).open("a").write("start\\n")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
write_pid_file(Path(sys.argv[1]), {"role": "child"})
time.sleep(60)
"""


def role(folder, name="worker-0", code=CHILD) -> Role:
    pid_file, starts = folder / f"{name}.json", folder / f"{name}.starts"
    return Role(name, ("-c", code, str(pid_file), str(starts)), pid_file, folder / f"{name}.log")


def starts(folder, name="worker-0") -> int:
    return len((folder / f"{name}.starts").read_text().splitlines())


@contextlib.asynccontextmanager
async def running(*roles):
    supervisor = Supervisor(list(roles), {})
    ready = await supervisor.start()
    try:
        yield supervisor, ready
    finally:
        await supervisor.stop()
        assert all(read_pid_file(one.pid_file) is None for one in roles)


async def other(one: Role, pid: int) -> ProcessId:
    async with asyncio.timeout(20):
        while True:
            process = read_pid_file(one.pid_file)
            if process is not None and process.pid != pid:
                return process
            await asyncio.sleep(0.01)


async def test_a_killed_process_is_started_again(tmp_path):
    worker = role(tmp_path)
    async with running(worker) as (_, ready):
        os.kill(ready["worker-0"].pid, signal.SIGKILL)
        second = await other(worker, ready["worker-0"].pid)
        assert second.alive()
        assert starts(tmp_path) == 2


async def test_a_new_supervisor_adopts_what_lives_and_restarts_it_when_it_ends(tmp_path):
    worker = role(tmp_path)
    first = Supervisor([worker], {})
    ready = await first.start()
    for keeper in first._keepers:  # the first supervisor is gone without a word
        keeper.cancel()
    async with running(worker) as (_, adopted):
        assert adopted["worker-0"] == ready["worker-0"]
        assert starts(tmp_path) == 1
        os.kill(adopted["worker-0"].pid, signal.SIGKILL)
        assert (await other(worker, adopted["worker-0"].pid)).alive()


HANGS = """
import asyncio, sys, time
from pathlib import Path
from yunchuang.process import write_pid_file
from yunchuang.watchdog import keep_saying_so
async def main():
    starts = Path(sys.argv[2])
    starts.open("a").write("start\\n")
    said = asyncio.create_task(keep_saying_so())
    await asyncio.sleep(0.2)
    write_pid_file(Path(sys.argv[1]), {})
    if starts.read_text() == "start\\n":
        time.sleep(60)
    await said
asyncio.run(main())
"""


async def test_a_process_whose_loop_turns_no_more_is_started_again(tmp_path):
    worker, silent = role(tmp_path, code=HANGS), role(tmp_path, "worker-1")
    supervisor = Supervisor([worker, silent], {}, watch_at=tmp_path / "wd.sock", hung_after=3)
    ready = await supervisor.start()
    try:
        second = await other(worker, ready["worker-0"].pid)
        await asyncio.sleep(4)  # longer than it takes to be held for hung
        assert second.alive()
        assert starts(tmp_path) == 2
        assert ready["worker-1"].alive(), "who never said a word is not watched"
        assert starts(tmp_path, "worker-1") == 1
    finally:
        await supervisor.stop()


def test_a_supervisor_that_stood_still_itself_kills_nobody():
    watchdog = Watchdog()
    watchdog.datagram_received(b"7", None)
    watchdog.datagram_received(b"not a number", None)
    assert [watchdog.look(7), watchdog.look(7), watchdog.look(8)] == [1, 2, 0]
    watchdog.datagram_received(b"7", None)
    assert watchdog.look(7) == 1
    watchdog.forget(7)
    assert watchdog.look(7) == 0


async def test_children_survive_a_supervisor_that_is_killed(tmp_path):
    program = f"""
import asyncio
from pathlib import Path
from yunchuang.supervisor import Role, Supervisor
async def main():
    await Supervisor([Role("worker-0", {role(tmp_path).arguments!r},
        Path({str(tmp_path / "worker-0.json")!r}), Path({str(tmp_path / "log")!r}))], {{}}).start()
    print("ready", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(20):
        while await parent.stdout.readline() != b"ready\n":
            assert not parent.stdout.at_eof()
    parent.kill()
    await parent.wait()
    worker = role(tmp_path)
    async with running(worker):
        assert starts(tmp_path) == 1


async def test_a_pid_that_came_again_is_not_adopted(tmp_path):
    worker = role(tmp_path)
    stranger = {"pid": os.getpid(), "started": 1, "facts": {}}
    worker.pid_file.write_text(json.dumps(stranger))
    async with running(worker) as (_, ready):
        assert ready["worker-0"].pid != os.getpid()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1}'])
def test_a_broken_pid_file_names_nobody(tmp_path, text):
    path = tmp_path / "worker.json"
    path.write_text(text)
    assert read_pid_file(path) is None


async def test_a_process_that_cannot_start_is_reported(tmp_path):
    broken = role(tmp_path, code="raise SystemExit(3)")
    with pytest.raises(NotReadyError, match="ended with 3: it said nothing"):
        await Supervisor([broken], {}).start()


async def test_a_machine_that_has_no_process_to_spare_is_asked_again(tmp_path, monkeypatch):
    worker = role(tmp_path)
    real, refusals = subprocess.Popen, []

    def sparse(*arguments, **options):
        if not refusals:
            refusals.append(arguments)
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        return real(*arguments, **options)

    async with running(worker) as (_, ready):
        monkeypatch.setattr(subprocess, "Popen", sparse)
        os.kill(ready["worker-0"].pid, signal.SIGKILL)
        assert (await other(worker, ready["worker-0"].pid)).alive()
    assert refusals


async def test_a_start_that_fails_leaves_what_it_adopted(tmp_path):
    worker = role(tmp_path)
    first = Supervisor([worker], {})
    ready = await first.start()
    for keeper in first._keepers:
        keeper.cancel()
    second = Supervisor([worker, role(tmp_path, "desk", "raise SystemExit(3)")], {})
    with pytest.raises(NotReadyError):
        await second.start()
    await second.stop(adopted=False)
    assert ready["worker-0"].alive()
    async with running(worker):
        assert starts(tmp_path) == 1


def test_a_pid_file_of_before_the_machine_started_names_nobody(tmp_path):
    path = tmp_path / "worker.json"
    write_pid_file(path, {})
    assert read_pid_file(path) is not None
    value = json.loads(path.read_text())
    path.write_text(json.dumps({**value, "boot": "another"}))
    assert read_pid_file(path) is None


async def test_a_data_directory_has_one_node(tmp_path):
    data = DataDir(tmp_path / "data")
    init_data_dir(data, origin="test.yunchuang.example/log")
    with data.held("node"), pytest.raises(DataDirError, match="another process"):
        await Node(Settings(data=data.path, port=0)).start()
    assert not list(data.run.glob("*.json"))
