"""The bad line itself: what it loses, holds back and lets pass is what was asked for."""

import asyncio
import itertools
import socket

import pytest

from bench.lines.line import QUEUE_SECONDS, Burst, Conditions, Line
from bench.lines.proxy import MOST_CLIENTS, Proxy

COUNT = 20_000
CLEAN = Conditions()


def fates(conditions: Conditions, *, seed=7, count=COUNT, gap_s=0.001, size=1000):
    line = Line(conditions, seed, 0.0)
    return [line.arrival(n * gap_s, size) for n in range(count)]


def lost(arrivals):
    return [at is None for at in arrivals]


@pytest.mark.parametrize("share", [0.01, 0.1, 0.2])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_loss_is_binomial_and_the_same_for_a_seed(share, seed):
    got = lost(fates(Conditions(loss=share), seed=seed))
    deviation = (COUNT * share * (1 - share)) ** 0.5
    assert abs(sum(got) - COUNT * share) < 4 * deviation
    assert got == lost(fates(Conditions(loss=share), seed=seed))
    assert got != lost(fates(Conditions(loss=share), seed=seed + 1))


def test_bursts_are_as_long_and_as_frequent_as_asked():
    got = lost(fates(Conditions(burst=Burst(begins=0.005, ends=0.05))))
    runs = [len(list(run)) for gone, run in itertools.groupby(got) if gone]
    assert sum(runs) / len(runs) == pytest.approx(20, rel=0.3)
    assert sum(got) / COUNT == pytest.approx(0.005 / 0.055, rel=0.3)


def test_delay_and_jitter_keep_the_order():
    got = fates(Conditions(delay_ms=200, jitter_ms=30))
    assert got == sorted(got)
    waits = [at - n * 0.001 for n, at in enumerate(got)]
    assert min(waits) >= 0.2 - 1e-9
    assert max(waits) <= 0.23 + 1e-9


def test_the_reordered_share_is_overtaken():
    got = fates(Conditions(reorder=0.1, reorder_ms=40))
    late = [at - n * 0.001 > 0.039 for n, at in enumerate(got)]
    assert sum(late) / COUNT == pytest.approx(0.1, rel=0.1)
    rest = [at for at, is_late in zip(got, late, strict=True) if not is_late]
    assert rest == sorted(rest)


def test_a_rate_is_kept_and_its_queue_is_bounded():
    got = fates(Conditions(rate_kbps=400), count=5_000)  # 8 Mbit/s come
    passed = [at for at in got if at is not None]
    assert len(passed) * 8_000 / (passed[-1] - passed[0]) == pytest.approx(400_000, rel=0.02)
    assert all(at - n * 0.001 < QUEUE_SECONDS + 0.021 for n, at in enumerate(got) if at)


def test_a_blackout_lets_nothing_pass():
    got = fates(Conditions(blackouts=((2.0, 3.0),)))
    assert [n for n, gone in enumerate(lost(got)) if gone] == list(range(2_000, 3_000))


def test_losses_begin_when_the_line_turns_bad():
    assert lost(fates(Conditions(loss=1.0, good_s=2.0))).index(True) == 2_000


class Relay:
    """Sends back what comes, and knows from where."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.sources = set()
        asyncio.get_running_loop().add_reader(self.socket, self._echo)

    def _echo(self):
        datagram, source = self.socket.recvfrom(2048)
        self.sources.add(source)
        self.socket.sendto(datagram, source)

    def close(self):
        asyncio.get_running_loop().remove_reader(self.socket)
        self.socket.close()


@pytest.fixture
async def relay():
    made = Relay()
    yield made
    made.close()


@pytest.fixture
async def through(relay):
    made = []

    def make(up=CLEAN, down=CLEAN):
        made.append(Proxy(relay.socket.getsockname(), up, down, 1))
        return made[-1]

    yield make
    for proxy in made:
        proxy.close()


@pytest.fixture
async def client():
    made = []

    def make(proxy):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.setblocking(False)
        one.connect(proxy.address)
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


async def heard(one, seconds=2.0):
    return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(one, 2048), seconds)


async def test_clients_are_told_apart_and_answered(relay, through, client):
    proxy = through()
    one, other = client(proxy), client(proxy)
    one.send(b"one")
    other.send(b"other")
    assert (await heard(one), await heard(other)) == (b"one", b"other")
    assert len(relay.sources) == 2


async def test_each_way_has_a_line_of_its_own(relay, through, client):
    one = client(through(up=Conditions(delay_ms=30), down=Conditions(delay_ms=50)))
    before = asyncio.get_running_loop().time()
    for number in range(20):
        one.send(bytes((number,)))
    assert [await heard(one) for _ in range(20)] == [bytes((n,)) for n in range(20)]
    assert 0.08 <= asyncio.get_running_loop().time() - before < 1.0


async def test_a_line_that_is_down_is_silent_and_counts(relay, through, client):
    proxy = through(down=Conditions(loss=1.0))
    one = client(proxy)
    one.send(b"lost on the way back")
    with pytest.raises(TimeoutError):
        await heard(one, 0.2)
    assert (proxy.up.lost, proxy.down.lost, len(relay.sources)) == (0, 1, 1)


async def test_clients_without_end_get_no_sockets_without_end(relay, through, client):
    proxy = through()
    clients = [client(proxy) for _ in range(MOST_CLIENTS + 5)]
    for one in clients:
        one.send(b"?")
    for one in clients[:MOST_CLIENTS]:
        assert await heard(one) == b"?"
    assert len(relay.sources) == MOST_CLIENTS


async def test_an_offer_names_the_proxy_for_the_relay(through):
    proxy = through()
    offer = "a=ice-lite\r\na=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host\r\na=mid:0\r\n"
    host, port = proxy.address
    assert proxy.announce(offer) == offer.replace("192.0.2.1 4000", f"{host} {port}")
