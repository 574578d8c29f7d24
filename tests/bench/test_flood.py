"""A running call under a flood of strangers' datagrams, through a real media worker."""

import time

import pytest

from bench.flood.datagrams import MIXTURE, client_hello, mixture
from bench.flood.run import LEAST_RATE, flooded_call
from bench.flood.sender import flood
from bench.media.clip import save
from casework.ports import TrackSource
from signaling.relay.engine import Relay
from signaling.relay.spec import LegSpec, RelayConfig

pytestmark = pytest.mark.faults


@pytest.fixture
def clip_file(clip, tmp_path):
    save(clip, tmp_path / "clip.bin")
    return tmp_path / "clip.bin"


@pytest.fixture
async def relay():
    engine = Relay(RelayConfig(addresses=("127.0.0.1",)), lambda _: None)
    await engine.start()
    yield engine
    await engine.stop()


async def test_a_call_keeps_its_packets_under_a_flood(clip_file):
    async with flooded_call(clip_file) as call:
        outcome = await call.measure(5_000, 5.0)
    assert outcome.sent_rate >= LEAST_RATE * 5_000, "the flood was none"
    assert outcome.tally.expected > 5_000
    assert outcome.tally.delivery >= 0.99
    assert outcome.tally.strangers == 0


async def test_each_datagram_is_refused_for_its_own_reason(relay):
    """What the benchmark throws is what it says, and none of it comes further than it should."""
    await relay.open_room("call", None)
    spec = LegSpec("leg", "site", microphone=True, speaker=True, videos=(TrackSource.CAMERA,))
    offer = await relay.open_leg("call", spec)
    fragment = offer.sdp.partition("a=ice-ufrag:")[2].split()[0]
    socket, now_ns = relay._sockets[0], time.monotonic_ns()
    thrown = mixture(await client_hello(), [fragment])
    relay._datagrams(socket, [(one, ("203.0.113.9", 9)) for one in thrown], now_ns)
    counted = relay.counters
    assert counted["stun.unknown_ufrag"] >= MIXTURE // 5
    assert counted["stun.failed_integrity"] + counted["stun.rate_limited"] >= MIXTURE // 5
    assert counted["demux.unknown_source"] >= 2 * (MIXTURE // 5)
    assert counted.total() == MIXTURE
    assert socket.peers == {}


async def test_the_flood_keeps_its_pace(relay):
    began = time.monotonic()
    sent = flood(relay.endpoints[0], [b"\xff" * 40], 2_000, 0.5)
    assert sent == 1_000
    assert 0.4 <= time.monotonic() - began < 2.0
