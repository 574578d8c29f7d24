"""The desk and its witnesses: real ones in processes of their own, and some that mean harm."""

import asyncio
import subprocess
import sys
import time
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from audit import cosignature
from audit.checkpoint import TreeHead
from audit.checkpoint_store import FileLockBackend
from audit.errors import RollbackError
from audit.note import SigningKey
from audit.policy import Policy
from audit.verifier.report import Verdict
from audit.verifier.trust import make_trust, parse_policy
from audit.verifier.verify import verify
from audit.witness.witness import Witness, follow
from casework.actor import Actor, Role
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.log.cosigned import NAME
from casework.log.cosigning import WitnessState
from casework.store.tx import Tx
from scenes.waiting import until
from yunchuang import witnesses
from yunchuang.doctor import examine
from yunchuang.evidence import PublishedLog
from yunchuang.settings import Settings
from yunchuang.witness.server import WitnessServer
from yunchuang.witnesses import Witnessing, read_policy, read_status

ORIGIN = "witnessed.example/log"


def note(tx: Tx, count: int) -> None:
    for n in range(count):
        tx.entry("desk.case.noted", "case:A", plain={"n": n})


@pytest.fixture
def data(tmp_path):
    return DataDir(tmp_path / "data")


@pytest.fixture
def vkey(data):
    return init_data_dir(data, origin=ORIGIN)


def run(*arguments):
    command = [sys.executable, "-m", "yunchuang.witness", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def real_witness(folder, log_key, listen="127.0.0.1:0"):
    """The line for the policy, of a witness in a process of its own."""
    if not folder.exists():
        run("init", "--dir", folder, "--name", f"{folder.name}.example", "--log", log_key.vkey)
    process = subprocess.Popen(
        [sys.executable, "-m", "yunchuang.witness", "--dir", folder, "--log", log_key.vkey,
         "--listen", listen],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        yield process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


@asynccontextmanager
async def fake_witness(name, answer):
    """The line for the policy, of a witness that answers with the function `answer`."""
    key = SigningKey.generate(name)

    async def handle(request):
        return await answer(key, await request.read())

    app = web.Application()
    app.router.add_post("/w/add-checkpoint", handle)
    async with TestServer(app) as server:
        yield f"witness {name} {cosignature.witness_key(key).vkey} {server.make_url('/w/')}\n"


@asynccontextmanager
async def asking(data, policy):
    """The installation with its rounds running."""
    with opened(data, policy=policy) as installation:
        rounds = Witnessing(
            installation.log, installation.cosigned, installation.clock, data.witnesses
        )
        task = asyncio.create_task(rounds.run())
        try:
            yield installation, rounds
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def write(installation, clerk, count=1):
    """Logs entries; returns the log's size with them."""
    await installation.writer.run(note, count, actor=clerk)
    await asyncio.to_thread(installation.sequencer.turn)
    return installation.log.size


@pytest.fixture
def clerk():
    return Actor(id="clerk-01", role=Role.CLERK, outlet="outlet-01", window="window-01")


def states(rounds):
    return {one.name: one.state for one in rounds.reports}


async def test_two_real_witnesses_cosign_and_a_verifier_demands_both(data, vkey, tmp_path, clerk):
    with real_witness(tmp_path / "w1", vkey) as one, real_witness(tmp_path / "w2", vkey) as two:
        text = f"log {vkey.vkey}\n{one}{two}group both all w1.example w2.example\nquorum both\n"
        async with asking(data, Policy.parse(text.encode())) as (installation, rounds):
            size = await write(installation, clerk, 3)
            shown = PublishedLog(installation.log, installation.cosigned)
            await until(lambda: (c := shown.cosigned()) and c.head.size >= size)
            await until(lambda: len(shown.cosigned().cosignatures) == shown.witnesses == 2)
            assert set(states(rounds).values()) == {WitnessState.COSIGNED}
            assert all(abs(report.ahead_s) < 60 for report in rounds.reports)
            told = {one["name"]: one for one in read_status(data.witnesses)}
            assert told["w1.example"]["state"] == "cosigned"
        # What an auditor needs: the log, the policy from outside, the cosigned checkpoint.
        folder = tmp_path / "taken-along"
        folder.mkdir()
        (folder / "tile").symlink_to(data.log / "tile")
        trust = make_trust((), parse_policy(text.encode(), "policy"), outside=True)
        (folder / "checkpoint").write_bytes((data.log / NAME).read_bytes())
        assert verify(folder, trust).verdict is Verdict.GOOD
        (folder / "checkpoint").write_bytes((data.log / "checkpoint").read_bytes())
        assert "log.quorum" in {problem.code for problem in verify(folder, trust).problems}


async def test_a_witness_that_was_away_comes_back_from_where_it_stood(
    data, vkey, tmp_path, clerk, monkeypatch
):
    monkeypatch.setattr(witnesses, "LONGEST_PAUSE_MS", 1_000)
    with real_witness(tmp_path / "w1", vkey) as line:
        policy = Policy.parse(f"{line}quorum w1.example\n".encode())
        where = line.split()[-1].removeprefix("http://").rstrip("/")
        async with asking(data, policy) as (installation, _):
            size = await write(installation, clerk)
            await until(lambda: (c := installation.cosigned.newest()) and c.head.size >= size)
    async with asking(data, policy) as (installation, rounds):
        assert installation.cosigned.newest().head.size >= size, "kept across a restart"
        size = await write(installation, clerk, 5)
        await until(lambda: states(rounds)["w1.example"] is WitnessState.UNREACHABLE)
        assert installation.log.size >= size, "the log goes on"
        with real_witness(tmp_path / "w1", vkey, where):
            await until(lambda: installation.cosigned.newest().head.size >= size)
            assert states(rounds)["w1.example"] is WitnessState.COSIGNED


async def test_the_log_of_a_stolen_key_and_ours_are_not_both_cosigned(data, vkey, tmp_path, clerk):
    """A split view: the witness was shown another history first; ours is found out, and said."""
    follow(tmp_path / "w", vkey)
    key = SigningKey.generate("w.example")
    FileLockBackend(tmp_path / "w" / "heads").replace(
        ORIGIN, FileLockBackend(tmp_path / "w" / "heads").fetch(ORIGIN), TreeHead(1, bytes(32))
    )
    witness = Witness(tmp_path / "w", key, [vkey], lambda: int(time.time()))
    async with TestServer(WitnessServer(witness).app()) as server:
        line = f"witness w {cosignature.witness_key(key).vkey} {server.make_url('/')}\n"
        policy = Policy.parse(f"{line}quorum w\n".encode())
        async with asking(data, policy) as (installation, rounds):
            size = await write(installation, clerk, 3)
            await until(lambda: states(rounds)["w"] is WitnessState.CONTRADICTS)
            assert installation.cosigned.newest() is None
            assert (data.log / "checkpoint").exists()
            assert installation.log.size >= size
    assert read_status(data.witnesses)[0]["state"] == "contradicts"


async def hang(_key, _body):
    await asyncio.sleep(60)


async def endless(_key, _body):
    return web.Response(body=b"A" * 1_000_000)


async def send_away(_key, _body):
    return web.Response(status=307, headers={"Location": "http://127.0.0.1:9/"})


async def lie_about_the_size(_key, body):
    size = 1_000_000 if body.startswith(b"old 0") else 0
    return web.Response(body=b"%d\n" % size, status=409, content_type="text/x.tlog.size")


async def cosign_something_else(key, _body):
    return web.Response(text=cosignature.cosign(key, b"something else\n", 1).line())


async def cosign_an_hour_late(key, body):
    text = body.partition(b"\n\n")[2].rpartition(b"\n\n")[0] + b"\n"
    return web.Response(text=cosignature.cosign(key, text, int(time.time()) - 3_600).line())


async def test_those_who_mean_harm_spoil_nothing(data, vkey, tmp_path, clerk, monkeypatch):
    monkeypatch.setattr(witnesses, "ASK_S", 1.0)
    expected = {
        "hang": (hang, WitnessState.UNREACHABLE),
        "endless": (endless, WitnessState.UNREACHABLE),
        "sent-away": (send_away, WitnessState.REFUSED),
        "size": (lie_about_the_size, None),
        "else": (cosign_something_else, WitnessState.BAD_ANSWER),
    }
    async with asyncio.timeout(100):
        lines = []
        async with _all(expected, lines), fake_witness("good", cosign_an_hour_late) as good:
            policy = Policy.parse(f"{''.join(lines)}{good}quorum good\n".encode())
            async with asking(data, policy) as (installation, rounds):
                began = time.monotonic()
                size = await write(installation, clerk, 3)
                assert time.monotonic() - began < 20, "an act waits for no witness"
                await until(lambda: (c := installation.cosigned.newest()) and c.head.size >= size)
                await until(lambda: WitnessState.NOT_ASKED not in states(rounds).values())
                found = states(rounds)
                assert found.pop("good") is WitnessState.COSIGNED
                assert found.pop("size") is not WitnessState.COSIGNED
                assert found == {n: state for n, (_, state) in expected.items() if state}
                (only,) = installation.cosigned.newest().cosignatures
                assert only.name == "good"
                # A clock that differs is told, not judged: it may be ours.
                (late,) = [one for one in rounds.reports if one.name == "good"]
                assert -3_610 < late.ahead_s < -3_590


@asynccontextmanager
async def _all(expected, lines):
    async with AsyncExitStack() as stack:
        for name, (answer, _) in expected.items():
            lines.append(await stack.enter_async_context(fake_witness(name, answer)))
        yield


async def test_a_desk_without_witnesses_asks_nobody(data, vkey):
    with opened(data, policy=read_policy("")) as installation:
        rounds = Witnessing(
            installation.log, installation.cosigned, installation.clock, data.witnesses
        )
        await asyncio.wait_for(rounds.run(), 30)
        assert PublishedLog(installation.log, installation.cosigned).witnesses == 0
    assert read_status(data.witnesses) == []


async def test_a_log_behind_its_witnesses_does_not_start(data, vkey, tmp_path, clerk):
    key = SigningKey.generate("w.example")
    policy = Policy.parse(f"witness w {cosignature.witness_key(key).vkey}\nquorum w\n".encode())
    with opened(data, policy=policy) as installation:
        await write(installation, clerk)
        target = installation.log.checkpoint
        installation.cosigned.add(target, cosignature.cosign(key, target.signed.text, 1))
        kept = (data.log / NAME).read_bytes()
    other = DataDir(tmp_path / "restored")
    init_data_dir(other, origin=ORIGIN)
    (other.log_key).write_bytes(data.log_key.read_bytes())
    (other.log / NAME).write_bytes(kept)
    # The published checkpoint of the made-up older copy has another key's signature.
    (other.log / "checkpoint").unlink()
    with pytest.raises(RollbackError, match="behind"), opened(other, policy=policy):
        pass


def test_the_doctor_names_witnesses_that_need_somebody(data, vkey, tmp_path):
    def found(policy):
        settings = Settings.alone(data=data.path, witness_policy=str(policy))
        return [one for one in examine(settings) if one.name.startswith("witness")]

    (missing,) = found(tmp_path / "none")
    assert not missing.ok
    keys = [SigningKey.generate(f"w{n}.example") for n in range(3)]
    lines = [f"witness w{n} {cosignature.witness_key(key).vkey}" for n, key in enumerate(keys)]
    policy = tmp_path / "policy"
    policy.write_text("\n".join([*lines, "quorum none"]))
    data.witnesses.write_text(
        '[{"name": "w0", "state": "cosigned"}, {"name": "w1", "state": "contradicts"}]'
    )
    assert [(one.name, one.ok, one.found) for one in found(policy)] == [
        ("witness w0", True, "cosigned"),
        ("witness w1", False, "contradicts"),
        ("witness w2", True, "not_asked"),
    ]


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]"])
def test_a_status_that_is_none_tells_nothing(tmp_path, text):
    path = tmp_path / "witnesses.json"
    path.write_text(text)
    assert read_status(path) == []


def test_the_policy_is_a_setting_that_reaches_the_desk(tmp_path, monkeypatch):
    file = tmp_path / "policy"
    file.write_text("quorum none\n")
    settings = Settings.alone(data=tmp_path, witness_policy=str(file))
    assert read_policy(settings.witness_policy) == Policy()
    assert settings.environment()["YUNCHUANG_WITNESS_POLICY"] == str(file)
