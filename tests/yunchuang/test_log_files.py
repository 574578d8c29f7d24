"""Logs that would grow for ever are cut, while somebody writes them."""

import asyncio
import subprocess
import sys

import yunchuang.supervisor
from yunchuang.log_files import keep_short
from yunchuang.supervisor import Role, Supervisor

CHILD = """
import signal, sys, time
from pathlib import Path
from yunchuang.process import write_pid_file
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("x" * (17 << 20), flush=True)
write_pid_file(Path(sys.argv[1]), {"role": "child"})
while not Path(sys.argv[2]).exists():
    time.sleep(0.02)
print("after", flush=True)
time.sleep(60)
"""


def test_a_short_log_stays_and_a_missing_one_is_no_error(tmp_path):
    log = tmp_path / "desk.log"
    assert not keep_short(log, 10)
    log.write_bytes(b"x" * 10)
    assert not keep_short(log, 10)
    assert log.read_bytes() == b"x" * 10


def test_a_writer_goes_on_at_the_beginning_of_the_emptied_file(tmp_path):
    log = tmp_path / "desk.log"
    log.with_name("desk.log.1").write_bytes(b"older")
    with log.open("ab") as output:
        subprocess.run(
            [sys.executable, "-c", "print('x' * 2000, flush=True)"], stdout=output, check=True
        )
        assert keep_short(log, 1000)
        subprocess.run([sys.executable, "-c", "print('more')"], stdout=output, check=True)
    assert log.read_bytes() == b"more\n"
    assert log.with_name("desk.log.1").read_bytes() == b"x" * 2000 + b"\n"


async def test_the_supervisor_looks_after_the_logs_of_its_children(tmp_path, monkeypatch):
    monkeypatch.setattr(yunchuang.supervisor, "EVERY_S", 0.05)
    pid_file, go = tmp_path / "worker-0.json", tmp_path / "go"
    role = Role("worker-0", ("-c", CHILD, str(pid_file), str(go)), pid_file, tmp_path / "w.log")
    supervisor = Supervisor([role], {})
    await supervisor.start()
    try:
        async with asyncio.timeout(20):
            while role.log_file.stat().st_size:
                await asyncio.sleep(0.02)
            go.touch()
            while role.log_file.read_bytes() != b"after\n":
                await asyncio.sleep(0.02)
        assert (tmp_path / "w.log.1").stat().st_size > 17 << 20
    finally:
        await supervisor.stop()
