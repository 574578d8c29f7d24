"""TURN credentials and the configuration of coturn, before a real coturn."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import aioice.stun
import aioice.turn
import pytest

from casework.clock import ManualClock, SystemClock
from scenes.coturn import SECRET, Coturn, coturn
from signaling.turn import turn_servers

URL = "turn:127.0.0.1:3478?transport=tcp"
LIVES_S = 600
FORBIDDEN = 403


def test_nothing_is_told_without_a_server():
    assert turn_servers((), "", ManualClock(), LIVES_S)() == []


@pytest.mark.parametrize(("urls", "secret"), [((URL,), ""), (("stun:host",), SECRET)])
def test_a_configuration_that_cannot_work_is_refused(urls, secret):
    with pytest.raises(ValueError, match=r"TURN|turn:"):
        turn_servers(urls, secret, ManualClock(), LIVES_S)


def test_every_offer_brings_a_name_of_its_own():
    servers = turn_servers((URL,), SECRET, ManualClock(), LIVES_S)
    assert servers()[0].username != servers()[0].username


@pytest.fixture
async def server(tmp_path) -> AsyncIterator[Coturn]:
    async with coturn(tmp_path / "coturn") as made:
        yield made


class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address) -> None:
        self.transport.sendto(data, address)


class Ear(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, address) -> None:
        self.heard.put_nowait(data)


def credentials(secret: str = SECRET, *, age_s: int = 0):
    clock = ManualClock(wall_ms=SystemClock().wall_ms() - age_s * 1000)
    return turn_servers((URL,), secret, clock, LIVES_S)()[0]


@contextlib.asynccontextmanager
async def allocation(port: int, who, trust=None):
    """A relayed address, asked for over TCP as a browser with these credentials would."""
    transport, ear = await aioice.turn.create_turn_endpoint(
        Ear,
        server_addr=("127.0.0.1", port),
        username=who.username,
        password=who.credential,
        transport="tcp",
        ssl=trust,
    )
    inner = transport._TurnTransport__inner_protocol
    try:
        yield transport, ear, inner
    finally:
        await inner.delete()


async def test_coturn_accepts_them_until_they_expire(server):
    async with allocation(server.port, credentials(age_s=LIVES_S - 60)):
        pass
    for refused in (credentials(age_s=LIVES_S + 60), credentials("another secret")):
        with pytest.raises(aioice.stun.TransactionFailed):
            async with allocation(server.port, refused):
                pass


@pytest.mark.parametrize("tls", [False, True], ids=["tcp", "tls"])
async def test_it_relays_to_the_media_worker(server, tls):
    loop = asyncio.get_running_loop()
    worker, _ = await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
    port, trust = (server.tls_port, server.trust) if tls else (server.port, None)
    async with allocation(port, credentials(), trust) as (transport, ear, _):
        transport.sendto(b"a packet", worker.get_extra_info("sockname"))
        assert await asyncio.wait_for(ear.heard.get(), 5) == b"a packet"
    worker.close()


@pytest.mark.parametrize(
    "elsewhere",
    ["127.0.0.2", "10.0.0.1", "192.168.1.1", "169.254.169.254", "203.0.113.7", "224.0.0.1"],
)
async def test_it_is_no_proxy_to_anywhere_else(server, elsewhere):
    async with allocation(server.port, credentials()) as (_, _, inner):
        with pytest.raises(aioice.stun.TransactionFailed) as refused:
            await inner.channel_bind(0x4000, (elsewhere, 9))
        assert refused.value.response.error_code == FORBIDDEN
        permission = aioice.stun.Message(
            message_method=aioice.stun.Method.CREATE_PERMISSION,
            message_class=aioice.stun.Class.REQUEST,
        )
        permission.attributes["XOR-PEER-ADDRESS"] = (elsewhere, 9)
        with pytest.raises(aioice.stun.TransactionFailed) as refused:
            await inner.request_with_retry(permission)
        assert refused.value.response.error_code == FORBIDDEN


async def test_pages_come_in_by_tcp_and_tls_alone(server):
    for port in (server.port, server.tls_port):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(2)
            probe.connect(("127.0.0.1", port))
            probe.send(bytes(aioice.stun.Message(
                message_method=aioice.stun.Method.BINDING,
                message_class=aioice.stun.Class.REQUEST,
            )))  # fmt: skip
            with pytest.raises(ConnectionRefusedError):
                probe.recv(100)
