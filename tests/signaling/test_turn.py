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
QUOTA_REACHED = 486
QUOTA = 12
"""Of docker/turnserver.conf."""


def test_nothing_is_told_without_a_server():
    assert turn_servers((), "", ManualClock(), LIVES_S)("L1") == []


@pytest.mark.parametrize(
    ("urls", "secret"),
    [((URL,), ""), ((URL,), "change-me"), ((URL,), "x" * 15), (("stun:host",), SECRET)],
)
def test_a_configuration_that_cannot_work_is_refused(urls, secret):
    with pytest.raises(ValueError, match=r"turn_secret|turn:"):
        turn_servers(urls, secret, ManualClock(), LIVES_S)


def test_the_names_of_a_leg_are_one_user_who_is_nobody():
    clock = ManualClock()
    servers = turn_servers((URL,), SECRET, clock, LIVES_S)

    def name(leg: str) -> tuple[int, str]:
        expires, user = servers(leg)[0].username.split(":")
        return int(expires), user

    first = name("L1")
    clock.advance(60_000)
    second = name("L1")
    assert second == (first[0] + 60, first[1])
    assert name("L2")[1] != first[1]
    assert "L1" not in first[1]
    other = turn_servers((URL,), SECRET[::-1], clock, LIVES_S)
    assert not other("L1")[0].username.endswith(first[1])


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


def credentials(secret: str = SECRET, *, age_s: int = 0, leg: str = "L1"):
    clock = ManualClock(wall_ms=SystemClock().wall_ms() - age_s * 1000)
    return turn_servers((URL,), secret, clock, LIVES_S)(leg)[0]


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
    for refused in (credentials(age_s=LIVES_S + 60), credentials(SECRET[::-1])):
        with pytest.raises(aioice.stun.TransactionFailed):
            async with allocation(server.port, refused):
                pass


async def test_a_page_with_many_names_takes_no_more_than_its_share(server):
    async with contextlib.AsyncExitStack() as stack:
        taken = 0
        with pytest.raises(aioice.stun.TransactionFailed) as refused:
            for age_s in range(QUOTA + 1):
                await stack.enter_async_context(allocation(server.port, credentials(age_s=age_s)))
                taken += 1
        assert (taken, refused.value.response.error_code) == (QUOTA, QUOTA_REACHED)
        await stack.enter_async_context(allocation(server.port, credentials(leg="L2")))


async def test_nobody_reads_the_secret_off_the_arguments(server):
    assert b"turnserver" in server.arguments
    assert SECRET.encode() not in server.arguments


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
