"""`yunchuang mirror` in a process of its own: once, and answering a desk."""

import asyncio
import functools
import http.server
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from audit.errors import MalformedError
from audit.log import read_published
from audit.policy import Policy
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from casework.actor import Actor, Role
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.log.cosigning import WitnessState
from casework.store.tx import Tx
from scenes.waiting import until
from yunchuang.mirror import sources
from yunchuang.mirror.sources import HttpSource, source_at
from yunchuang.witnesses import Witnessing

HOUSE = Path(sys.executable).with_name("yunchuang")
CLERK = Actor(id="clerk-01", role=Role.CLERK, outlet="outlet-01", window="window-01")


def note(tx: Tx, count: int) -> None:
    for n in range(count):
        tx.entry("desk.case.noted", "case:A", plain={"n": n})


def command(program, *arguments):
    return [sys.executable, "-m", f"yunchuang.{program}", *map(str, arguments)]


def run(*arguments):
    return subprocess.run(command(*arguments), capture_output=True, text=True, check=False)


def test_it_is_a_command_of_the_house(tmp_path, vkey):
    done = subprocess.run(
        [HOUSE, "mirror", "--from", tmp_path, "--dir", tmp_path, "--log", vkey.vkey],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "yunchuang: the witness's key cannot be read: run `witness init`\n"


def test_the_mirror_loads_nothing_of_the_desk():
    code = (
        "import sys, yunchuang.mirror.command, yunchuang.mirror.serving\n"
        "rooms = 'casework portal signaling recording backoffice_console outlet_client sqlalchemy'\n"
        "sys.exit([room for room in rooms.split() if room in sys.modules] or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def data(tmp_path):
    return DataDir(tmp_path / "data")


@pytest.fixture
def vkey(data):
    return init_data_dir(data, origin="mirrored.example/log")


@pytest.fixture
def folder(tmp_path, vkey):
    path = tmp_path / "mirror"
    done = run("witness", "init", "--dir", path, "--name", "m.example", "--log", vkey.vkey)
    assert done.returncode == 0, done.stderr
    return path


@contextmanager
def served(folder):
    """The files of a folder by HTTP; gives the URL."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_arguments):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("by_http", [False, True])
def test_once(data, vkey, folder, by_http):
    with opened(data) as installation:
        installation.writer.run_sync(note, 300, actor=CLERK)
    with served(data.log) as url:
        done = run(
            "mirror", "--from", url if by_http else data.log, "--dir", folder, "--log", vkey.vkey
        )
    assert done.returncode == 0, done.stderr
    assert ": whole\n— m.example " in done.stdout
    signed, _ = read_published(data.log, vkey)
    mirrored, _ = read_published(folder / "log", vkey)
    assert mirrored.head == signed.head
    # The copy is a log of its own for every other tool.
    trust = make_trust(parse_keys(f"{vkey.vkey}\n".encode(), "keys"), None, outside=True)
    assert verify(folder / "log", trust).exit_code == 0


def test_a_log_that_cannot_be_read_is_said_in_one_line(data, vkey, folder, tmp_path):
    for source in (tmp_path / "nothing", "http://127.0.0.1:9/"):
        done = run("mirror", "--from", source, "--dir", folder, "--log", vkey.vkey)
        assert done.returncode == 1
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1


@contextmanager
def real_mirror(folder, source, vkey):
    process = subprocess.Popen(
        command("mirror", "--from", source, "--dir", folder, "--log", vkey.vkey,
                "--listen", "127.0.0.1:0"),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        yield process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


async def test_a_desk_is_cosigned_by_its_mirror_until_an_entry_breaks_its_chain(data, vkey, folder):
    with real_mirror(folder, data.log, vkey) as line:
        policy = Policy.parse(f"{line}quorum m.example\n".encode())
        with opened(data, policy=policy) as installation:
            rounds = Witnessing(
                installation.log, installation.cosigned, installation.clock, data.witnesses
            )
            task = asyncio.create_task(rounds.run())
            try:
                for count in (1, 300, 2):
                    await installation.writer.run(note, count, actor=CLERK)
                    await asyncio.to_thread(installation.sequencer.turn)
                    size = installation.log.size
                    await until(
                        lambda size=size: (
                            (c := installation.cosigned.newest()) and c.head.size >= size
                        )
                    )
                # Behind the program somebody logs an entry a second time: no witness sees it.
                entry = installation.log.entry(size - 1)
                await asyncio.to_thread(installation.log.append, [entry])
                await until(lambda: rounds.reports[0].state is WitnessState.CONTRADICTS)
                assert installation.cosigned.newest().head.size < installation.log.size
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


class TestHttp:
    def test_what_is_not_there_and_what_is_too_long(self, tmp_path):
        (tmp_path / "long").write_bytes(b"x" * 101)
        with served(tmp_path) as url:
            source = source_at(url)
            assert source.read("long", 101) == b"x" * 101
            with pytest.raises(MalformedError):
                source.read("long", 100)
            with pytest.raises(FileNotFoundError):
                source.read("none", 100)

    def test_a_server_that_drips_is_given_up(self, monkeypatch):
        monkeypatch.setattr(sources, "FILE_S", 0.3)

        class Drip(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                try:
                    while True:
                        self.wfile.write(b"x")
                        time.sleep(0.02)
                except OSError:
                    pass

            def log_message(self, *_arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Drip)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            with pytest.raises(OSError, match="in time"):
                HttpSource(f"http://127.0.0.1:{server.server_port}").read("x", 1_000_000)
        finally:
            server.shutdown()
            server.server_close()

    @pytest.mark.parametrize("status", [301, 403, 500])
    def test_other_answers_are_no_files(self, status):
        class Refuse(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuse)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            with pytest.raises(OSError, match=str(status)):
                HttpSource(f"http://127.0.0.1:{server.server_port}").read("x", 100)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
