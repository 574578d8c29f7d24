"""`yunchuang witness` as its operator starts it, and as anybody on the network sees it."""

import asyncio
import hashlib
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

from audit import cosignature
from audit.checkpoint import open_checkpoint
from audit.cosignature import WitnessKey
from audit.note import Note, SigningKey
from audit.witness.request import MAX_REQUEST_SIZE
from audit.witness.witness import Witness, follow
from scenes.small_log import SmallLog
from yunchuang.witness import server
from yunchuang.witness.server import ListeningError, WitnessServer, listener, url_of

LOG = SmallLog(SigningKey.generate("example.com/log"))
FORKED = SmallLog(LOG.key, forked_at=2)
STRANGER = SmallLog(SigningKey.generate("example.com/other"))
THIEF = SmallLog(SigningKey.generate(LOG.key.name))


def command(*arguments):
    return [sys.executable, "-m", "yunchuang.witness", *map(str, arguments)]


def run(*arguments):
    return subprocess.run(command(*arguments), capture_output=True, text=True, check=False)


@contextmanager
def running(folder, *arguments):
    """The URL of a witness in a process of its own, and the process."""
    process = subprocess.Popen(
        command("--dir", folder, "--log", LOG.vkey, "--listen", "127.0.0.1:0", *arguments),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        said = process.stdout.readline()
        assert said, process.stderr.read()
        yield said.split()[3], process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "witness"
    done = run("init", "--dir", folder, "--name", "example.com/w1", "--log", LOG.vkey)
    assert done.returncode == 0, done.stderr
    return folder, WitnessKey.parse(done.stdout.strip())


class TestFolder:
    def test_it_is_closed_to_others(self, made):
        folder, _ = made
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / "key").stat().st_mode & 0o777 == 0o600

    def test_nothing_is_made_twice(self, made):
        folder, _ = made
        for arguments in (["init", "--name", "example.com/w1"], ["follow"]):
            done = run(*arguments, "--dir", folder, "--log", LOG.vkey)
            assert done.returncode == 1
            assert len(done.stderr.splitlines()) == 1

    def test_a_log_that_is_not_followed_is_refused(self, made):
        folder, _ = made
        done = run("--dir", folder, "--log", STRANGER.vkey, "--listen", "127.0.0.1:0")
        assert done.returncode == 1
        assert done.stdout == ""
        assert "no tree head is stored for example.com/other" in done.stderr

    def test_further_logs_can_be_followed(self, made):
        folder, _ = made
        assert run("follow", "--dir", folder, "--log", THIEF.vkey).returncode == 1
        other = SigningKey.generate("example.com/third").verifying_key.vkey
        assert run("follow", "--dir", folder, "--log", other).returncode == 0

    def test_a_key_that_others_read_is_refused(self, tmp_path):
        folder = tmp_path / "witness"
        run("init", "--dir", folder, "--name", "example.com/w1", "--log", LOG.vkey)
        (folder / "key").chmod(0o644)
        done = run("--dir", folder, "--log", LOG.vkey, "--listen", "127.0.0.1:0")
        assert done.returncode == 1
        assert "0600" in done.stderr

    @pytest.mark.parametrize(
        "arguments",
        [
            [],
            ["--dir", "x"],
            ["--log", LOG.vkey],
            ["init", "--dir", "x", "--log", LOG.vkey],
            ["init", "--dir", "x", "--name", "a b", "--log", LOG.vkey],
            ["init", "--dir", "x", "--name", "a", "--log", "no key"],
        ],
    )
    def test_what_is_missing_or_wrong_is_said(self, arguments, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        done = run(*arguments)
        assert done.returncode in {1, 2}
        assert "Traceback" not in done.stderr
        assert list(tmp_path.iterdir()) == []


async def test_a_real_witness_remembers_across_a_kill(made):
    folder, key = made
    async with aiohttp.ClientSession() as http:
        with running(folder) as (url, process):
            for old, size in [(0, 3), (3, 8)]:
                async with http.post(f"{url}add-checkpoint", data=LOG.request(old, size)) as answer:
                    assert answer.status == 200
                    check(LOG.checkpoint(size), await answer.read(), key)
            process.send_signal(signal.SIGKILL)
        with running(folder) as (url, process):
            async with http.post(f"{url}add-checkpoint", data=FORKED.request(0, 12)) as answer:
                assert (answer.status, answer.content_type) == (409, "text/x.tlog.size")
                assert await answer.read() == b"8\n"
            async with http.post(f"{url}add-checkpoint", data=FORKED.request(8, 12)) as answer:
                assert answer.status == 422
            async with http.post(f"{url}add-checkpoint", data=LOG.request(8, 12)) as answer:
                assert answer.status == 200
            name = hashlib.sha256(LOG.key.name.encode()).hexdigest()
            async with http.get(f"{url}{name}/checkpoint") as answer:
                opened = open_checkpoint(await answer.read(), LOG.key.verifying_key, [key])
            assert (opened.head.size, len(opened.cosignatures)) == (12, 1)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0


def check(checkpoint, lines, key):
    """As the specification says: put the lines behind the checkpoint and open the note."""
    opened = open_checkpoint(checkpoint + lines, LOG.key.verifying_key, [key])
    assert opened.cosignatures == Note.parse(checkpoint + lines).signatures[1:]


@pytest.fixture
async def client(tmp_path, aiohttp_client):
    """A witness in this process."""
    follow(tmp_path, LOG.key.verifying_key)
    witness = Witness(
        tmp_path, SigningKey.generate("example.com/w"), [LOG.key.verifying_key], lambda: 7
    )
    return await aiohttp_client(WitnessServer(witness).app())


class TestStatusCodes:
    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (LOG.request(0, 5), 200),
            (LOG.request(0, 0), 200),
            (b"", 400),
            (b"old 0\n\n", 400),
            (LOG.request(0, 5).replace(b"old 0", b"old 6"), 400),
            (b"old 0\n" + b"A" * MAX_REQUEST_SIZE, 400),
            (THIEF.request(0, 5), 403),
            (STRANGER.request(0, 5), 404),
            (LOG.request(3, 5), 409),
            (LOG.request(0, 5).replace(b"old 0\n", b"old 0\n" + b"A" * 43 + b"=\n"), 422),
        ],
        # Keys differ in every process; names of tests must not.
        ids=lambda value: str(value) if isinstance(value, int) else "",
    )
    async def test_of_a_first_request(self, client, body, status):
        async with client.post("/add-checkpoint", data=body) as answer:
            assert answer.status == status
            assert (answer.content_type == "text/x.tlog.size") == (status == 409)

    async def test_another_root_of_the_same_size_is_a_conflict_of_its_own(self, client):
        await client.post("/add-checkpoint", data=LOG.request(0, 5))
        async with client.post("/add-checkpoint", data=FORKED.request(5, 5)) as answer:
            # 409 without a size: asking again from that size would change nothing.
            assert (answer.status, answer.content_type) == (409, "text/plain")

    async def test_of_other_routes(self, client):
        name = hashlib.sha256(LOG.key.name.encode()).hexdigest()
        for path in ("/", "/add-checkpoint", f"/{name}/checkpoint", "/..%2fkey/checkpoint", "/key"):
            async with client.get(path) as answer:
                assert answer.status in {404, 405}

    async def test_a_memory_that_fails_is_no_refusal(self, client, tmp_path):
        for path in (tmp_path / "heads").glob("*.head"):
            path.write_bytes(b"damaged\n")
        async with client.post("/add-checkpoint", data=LOG.request(0, 5)) as answer:
            assert answer.status == 500
            assert await answer.read() == b""


class TestLimits:
    async def test_a_body_that_does_not_come_is_given_up(self, client, monkeypatch):
        monkeypatch.setattr(server, "BODY_S", 0.1)

        async def slowly():
            yield b"old 0\n"
            await asyncio.sleep(30)

        async with client.post("/add-checkpoint", data=slowly()) as answer:
            assert answer.status == 400

    async def test_a_body_without_end_is_cut(self, client):
        async def endless():
            while True:
                yield b"A" * 65_536

        async with client.post("/add-checkpoint", data=endless()) as answer:
            assert answer.status == 400

    async def test_a_connection_that_says_nothing_is_closed(self, tmp_path, monkeypatch):
        monkeypatch.setattr(server, "IDLE_S", 0.2)
        follow(tmp_path, LOG.key.verifying_key)
        witness = Witness(
            tmp_path, SigningKey.generate("example.com/w"), [LOG.key.verifying_key], lambda: 7
        )
        with listener("127.0.0.1:0") as sock:
            task = asyncio.create_task(server.serve(WitnessServer(witness).app(), sock))
            host, port = sock.getsockname()
            for first in (b"", b"POST /add-checkpoint HT"):
                reader, writer = await asyncio.open_connection(host, port)
                writer.write(first)
                async with asyncio.timeout(30):
                    assert await reader.read() == b""
                writer.close()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    async def test_more_than_can_wait_are_sent_away(self, aiohttp_client, monkeypatch):
        monkeypatch.setattr(server, "MAX_WAITING", 2)
        free = asyncio.Event()
        loop = asyncio.get_running_loop()

        class Slow:
            def add_checkpoint(self, body):
                asyncio.run_coroutine_threadsafe(free.wait(), loop).result(20)
                return cosignature.cosign(SigningKey.generate("w"), b"text\n", 1)

            def newest(self, origin_hash):
                return None

        client = await aiohttp_client(WitnessServer(Slow()).app())

        async def ask():
            async with client.post("/add-checkpoint", data=b"x") as answer:
                return answer.status

        tasks = [asyncio.create_task(ask()) for _ in range(5)]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        assert {task.result() for task in done} == {503}
        free.set()
        assert sorted(await asyncio.gather(*tasks)) == [200, 200, 503, 503, 503]


@pytest.mark.parametrize("where", ["", "8080", ":1", "host:", "host:x", "host:70000", "host:-1"])
def test_where_to_listen_is_a_host_and_a_port(where):
    with pytest.raises(ListeningError):
        listener(where)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_it_says_where_it_listens(host):
    with listener(f"{host}:0") as sock:
        assert re.fullmatch(rf"http://{re.escape(host)}:\d+/", url_of(sock))


def test_the_witness_loads_nothing_of_the_desk():
    code = (
        "import sys, yunchuang.witness.command, yunchuang.witness.server\n"
        "rooms = 'casework portal signaling recording backoffice_console outlet_client sqlalchemy'\n"
        "sys.exit([room for room in rooms.split() if room in sys.modules] or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_it_is_a_command_of_the_house(tmp_path):
    house = Path(sys.executable).with_name("yunchuang")
    done = subprocess.run(
        [house, "witness", "--dir", tmp_path, "--log", LOG.vkey],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "yunchuang: the witness's key cannot be read: run `witness init`\n"
