"""`yunchuang gateway` in a process of its own, beside a copy of the log's public files and nothing else."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from audit import merkle
from audit.proof_file import ProofFile
from casework.clock import ManualClock
from portal.public_log.files import LogFiles
from portal.public_log.limits import HEALTH_PER_MINUTE, PROOFS_PER_MINUTE
from scenes.public_log import COSIGNED_S, WitnessedLog
from yunchuang.gateway.app import create_gateway

HOUSE = Path(sys.executable).with_name("yunchuang")


@pytest.fixture
def log(tmp_path) -> WitnessedLog:
    made = WitnessedLog(tmp_path / "public")
    made.grow(300)
    made.cosign()
    return made


@pytest.fixture
def copy(tmp_path, log) -> Path:
    """What goes over to the public network: no entries, and nobody writes it there."""
    folder = tmp_path / "copy"
    shutil.copytree(log.folder, folder, ignore=shutil.ignore_patterns("entries", "lock"))
    return folder


@contextmanager
def running(*arguments):
    """The address of the page, of a gateway that runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "yunchuang.gateway", *map(str, arguments), "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process.stdout.readline().removeprefix("gateway ").strip()
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0


def got(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read(), answer.headers


def test_it_answers_from_a_copy_alone(tmp_path, log, copy):
    policy = tmp_path / "policy.txt"
    policy.write_text(log.policy_text)
    os.utime(copy / "checkpoint", (COSIGNED_S, COSIGNED_S))
    before = sorted(path.relative_to(copy) for path in copy.rglob("*"))
    with running("--from", copy, "--policy", policy, "--organisation", "示范市人社局") as page:
        root = page.removesuffix("receipt")
        text, headers = got(root)
        assert "示范市人社局" in text.decode()
        assert headers["X-Content-Type-Options"] == "nosniff"
        proof = ProofFile.parse(got(f"{root}log/proof/42.tlog-proof")[0])
        keys = [one.key for one in log.policy.witnesses]
        signed = proof.verify(merkle.leaf_hash(b"entry 42"), log.key.verifying_key, keys)
        assert len(signed.cosignatures) == 2
        assert got(f"{root}log/checkpoint")[0] == (copy / "checkpoint").read_bytes()
        own = f"{root}log/{log.key.verifying_key.key_id.hex()}"
        assert got(f"{own}/tile/0/000")[1]["Cache-Control"].endswith("immutable")
        as_of = datetime.fromtimestamp(COSIGNED_S, UTC).isoformat()
        health = {"status": "ok", "size": 300, "as_of": as_of}
        assert json.loads(got(f"{root}healthz")[0]) == health
    assert before == sorted(path.relative_to(copy) for path in copy.rglob("*"))


def test_it_is_a_command_of_the_house(tmp_path):
    done = subprocess.run(
        [HOUSE, "gateway", "--from", tmp_path, "--log", "nonsense"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "yunchuang: key is not name+id+base64\n")


def test_it_loads_neither_database_nor_keys_nor_sessions():
    code = (
        "import sys, yunchuang.gateway.command, yunchuang.gateway.app\n"
        "rooms = '''casework.store casework.keys casework.actions portal.keys portal.sessions\n"
        "sqlalchemy signaling recording backoffice_console outlet_client'''.split()\n"
        "sys.exit([room for room in rooms if room in sys.modules] or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def client(log, copy, clock):
    app = create_gateway(
        copy, log.key.verifying_key, log.policy, trusted_proxies=["127.0.0.1"], clock=clock
    )
    async with TestClient(TestServer(app)) as made:
        yield made


async def test_entries_are_given_to_nobody_even_where_they_lie(client, log, copy):
    shutil.copytree(log.folder / "tile/entries", copy / "tile/entries")
    for path in ("000", "001.p/44"):
        answer = await client.get(
            f"/log/tile/entries/{path}", headers={"Authorization": "Bearer anything"}
        )
        assert answer.status == 404


async def test_nobody_sends_anything(client):
    for path in ("/receipt", "/log/checkpoint", "/"):
        assert (await client.post(path, data=b"x")).status == 405


@pytest.mark.parametrize(
    ("path", "per_minute"),
    [("/log/proof/1.tlog-proof", PROOFS_PER_MINUTE), ("/healthz", HEALTH_PER_MINUTE)],
)
@pytest.mark.parametrize(
    ("same", "another"),
    [("192.0.2.{}", None), ("2001:db8:0:1::{:x}", "2001:db8:0:2::1"), ("::ffff:192.0.2.1", "::1")],
)
async def test_each_visitor_behind_our_proxy_has_a_limit_of_her_own(
    client, path, per_minute, same, another
):
    """One address, or one network of IPv6."""

    async def status(address):
        return (await client.get(path, headers={"X-Forwarded-For": address})).status

    first = same if another else same.format(1)
    asked = [status(first.format(number)) for number in range(per_minute + 1)]
    assert sorted(await asyncio.gather(*asked))[-2:] == [200, 429]
    refused = await client.get(path, headers={"X-Forwarded-For": first.format(0)})
    assert refused.headers["Retry-After"] == "1"
    assert await status(another or same.format(2)) == 200


async def test_its_health_costs_one_look_a_second(client, clock, copy, monkeypatch):
    looks = []
    published = LogFiles.published

    def counted(files):
        looks.append(files)
        return published(files)

    monkeypatch.setattr(LogFiles, "published", counted)
    for _ in range(20):
        assert (await client.get("/healthz")).status == 200
    assert len(looks) == 1
    (copy / "checkpoint").unlink()
    clock.advance(1_000)
    assert (await client.get("/healthz")).status == 503


@pytest.mark.parametrize("named", ["proxy.example", "10.0.0.0/8", "10.0.0"])
def test_a_proxy_is_named_by_its_address(tmp_path, log, named):
    done = subprocess.run(
        [HOUSE, "gateway", "--from", tmp_path, "--log", log.key.verifying_key.vkey,
         "--trusted-proxy", named],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "no address" in done.stderr) == (2, True)


async def test_without_a_named_proxy_nobody_chooses_an_address(log, copy):
    app = create_gateway(copy, log.key.verifying_key, log.policy, clock=ManualClock())
    async with TestClient(TestServer(app)) as client:

        async def status(number):
            headers = {"X-Forwarded-For": f"192.0.2.{number}"}
            return (await client.get("/log/proof/1.tlog-proof", headers=headers)).status

        asked = await asyncio.gather(*map(status, range(PROOFS_PER_MINUTE + 1)))
        assert sorted(asked)[-2:] == [200, 429]


async def test_a_copy_that_is_gone_is_said_and_heals(client, copy, log):
    (copy / "checkpoint").unlink()
    for path in ("/healthz", "/log/checkpoint", "/log/proof/1.tlog-proof"):
        answer = await client.get(path)
        assert (answer.status, (await answer.json())["code"]) == (503, "E-08")
    shutil.copy(log.folder / "checkpoint", copy)
    assert (await client.get("/healthz")).status == 200
