"""TURN credentials that a real coturn accepts until they expire."""

import asyncio
import contextlib
import socket

import aioice.stun
import aioice.turn
import pytest

from casework.clock import ManualClock, SystemClock
from signaling.turn import LIVES_S, turn_servers

SECRET = "a secret of this test"
URL = "turn:127.0.0.1:3478?transport=udp"


def test_nothing_is_told_without_a_server():
    assert turn_servers((), "", ManualClock())() == []


@pytest.mark.parametrize(("urls", "secret"), [((URL,), ""), (("stun:host",), SECRET)])
def test_a_configuration_that_cannot_work_is_refused(urls, secret):
    with pytest.raises(ValueError, match=r"TURN|turn:"):
        turn_servers(urls, secret, ManualClock())


def test_every_page_gets_a_name_of_its_own():
    servers = turn_servers((URL,), SECRET, ManualClock())
    assert servers()[0].username != servers()[0].username


@pytest.fixture
async def coturn(tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        "turnserver", "-n", "--use-auth-secret", f"--static-auth-secret={SECRET}",
        "--realm=yunchuang", f"--listening-port={port}", "--listening-ip=127.0.0.1",
        "--relay-ip=127.0.0.1", "--allow-loopback-peers", "--no-cli", "--no-tls", "--no-dtls",
        f"--pidfile={tmp_path / 'pid'}", f"--db={tmp_path / 'db'}", "--log-file=stdout",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    yield port
    process.terminate()
    await asyncio.wait_for(process.wait(), 10)


async def allocate(port, server):
    """Asks coturn for a relayed address, as a browser with these credentials would."""
    transport, _ = await aioice.turn.create_turn_endpoint(
        asyncio.DatagramProtocol,
        server_addr=("127.0.0.1", port),
        username=server.username,
        password=server.credential,
        transport="udp",
    )
    transport.close()


async def until_it_listens(port, server):
    """UDP tells nobody that a server is there: the first allocation is tried until it is."""
    async with asyncio.timeout(15):
        while True:
            with contextlib.suppress(aioice.stun.TransactionTimeout, ConnectionError):
                await asyncio.wait_for(allocate(port, server), 2)
                return


async def test_coturn_accepts_them_until_they_expire(coturn):
    (server,) = turn_servers((URL,), SECRET, SystemClock())()
    await until_it_listens(coturn, server)
    past = ManualClock(wall_ms=SystemClock().wall_ms() - (LIVES_S + 60) * 1000)
    (expired,) = turn_servers((URL,), SECRET, past)()
    with pytest.raises(aioice.stun.TransactionFailed):
        await allocate(coturn, expired)
    (forged,) = turn_servers((URL,), "another secret", SystemClock())()
    with pytest.raises(aioice.stun.TransactionFailed):
        await allocate(coturn, forged)
