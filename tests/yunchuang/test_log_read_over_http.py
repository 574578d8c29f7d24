"""The whole desk's log over HTTP: a mirror reads it to its end, and a telephone finds a decision in it."""

import asyncio
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest
from aiohttp.test_utils import TestClient, TestServer

from audit.log import read_published
from audit.proof_file import ProofFile
from casework.actor import Actor, Role
from casework.bus.memory import MemoryBus
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.store.tx import Tx
from yunchuang.server import create_app
from yunchuang.settings import Settings

TOKEN = "a mirror's token"
CLERK = Actor(id="clerk-01", role=Role.CLERK, outlet="outlet-01", window="window-01")


@pytest.fixture
def data(tmp_path):
    return DataDir(tmp_path / "data")


@pytest.fixture
def vkey(data):
    return init_data_dir(data, origin="served.example/log")


@asynccontextmanager
async def desk(data):
    """Entries for more than two tiles, all of them logged."""
    with opened(data) as installation:
        installation.writer.run_sync(begun, 600, actor=CLERK)
        await asyncio.to_thread(installation.sequencer.turn)
        settings = Settings.alone(data=data.path, mirror_token=TOKEN)
        app = create_app(installation, settings, MemoryBus(), [])
        async with TestClient(TestServer(app)) as client:
            yield installation, client


def begun(tx: Tx, count: int) -> None:
    for _ in range(count):
        tx.entry("log.heartbeat", "case:A")


async def run(*arguments):
    command = [sys.executable, "-m", *map(str, arguments)]
    return await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, check=False
    )


async def test_a_mirror_with_a_token_reads_to_the_end(data, vkey, tmp_path):
    folder, token = tmp_path / "mirror", tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    await run(
        "yunchuang.witness", "init", "--dir", folder, "--name", "m.example", "--log", vkey.vkey
    )
    async with desk(data) as (_installation, client):
        mirror = ["yunchuang.mirror", "--from", client.make_url("/log/"), "--dir", folder]
        refused = await run(*mirror, "--log", vkey.vkey)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.endswith(": 401\n")
        done = await run(*mirror, "--log", vkey.vkey, "--token", token)
        assert done.returncode == 0, done.stderr
        mirrored, _ = read_published(folder / "log", vkey)
        assert mirrored.head.size >= 600


async def test_what_the_desk_proves_is_in_its_log(data, vkey):
    async with desk(data) as (installation, client):
        answer = await client.get("/log/proof/300.tlog-proof")
        leaf = installation.log.reader().tile(0, 1)[300 - 256]
        signed = ProofFile.parse(await answer.read()).verify(leaf, vkey)
        assert signed.head.size >= 600
        assert (await client.get("/receipt")).status == 200
