"""A call of three on a real relay: two who behave, and one who does not."""

import asyncio
import gc
import itertools
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from casework.ports import MediaTap, TrackSource
from scenes.relay_peers import CALL, Events, RawPeer, eventually, rtp_packet
from signaling.relay.codecs import OPUS, VP8
from signaling.relay.engine import Relay
from signaling.relay.events import Presence
from signaling.relay.leg import Leg
from signaling.relay.losses import LONGEST_GAP
from signaling.relay.spec import LegSpec, RelayConfig

SITES = {"window": "counter", "hall": "hall", "stranger": "elsewhere"}
SSRCS = {"window": (1111, 2222), "hall": (3333, 4444), "stranger": (5555, 6666)}
VOICE, FACE = TrackSource.MICROPHONE, TrackSource.CAMERA
PICTURE_SIZE = b"\x00\x00\x9d\x01\x2a\x40\x01\xb4\x00"
"""What follows the first byte of a keyframe (RFC 6386 9.1): 320 x 180."""
A_TURN = 100
"""Datagrams between two looks at the honest legs; they fit every buffer."""
_KEPT = 16
_MEMORY_BYTES = 64 << 20


class ForgetfulPeer(RawPeer):
    """Keeps the last few of all it gets: a campaign is long."""

    def datagram_received(self, data: bytes, addr: object) -> None:
        super().datagram_received(data, addr)
        for kept in (self.rtp, self.raw_rtp, self.rtcp, self.stun):
            del kept[:-_KEPT]


class RelayScene:
    """`honest` and `listener` are in order; `hostile` has handshaken like them. After every turn the
    honest ones must have been heard, and at the end everybody.
    """

    def __init__(self, tap: MediaTap | None = None) -> None:
        self.events = Events()
        self.relay = Relay(RelayConfig(addresses=("127.0.0.1",)), self.events.append)
        self.broken: list[str] = []
        self.honest, self.listener, self.hostile = (self._peer(name) for name in SITES)
        self._tap = tap
        self._tokens = itertools.count(1)
        self._sequence = itertools.count(1)
        self._resident = 0

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self._note(context))
        # A fault that was caught is a fault all the same.
        self.relay.counters.fault = self._fault  # type: ignore[method-assign]
        await self.relay.start()
        await self.relay.open_room(CALL, self._tap)
        for peer in (self.honest, self.listener, self.hostile):
            await self.relay.admit_leg(CALL, peer.spec.leg, list(TrackSource))
            await peer.join()
        await self._speak()
        self._resident = _resident_bytes()

    async def close(self) -> None:
        for peer in (self.honest, self.listener, self.hostile):
            await peer.leave()
        await self.relay.stop()
        asyncio.get_running_loop().set_exception_handler(None)

    def send(self, datagrams: Iterable[bytes]) -> None:
        """From the hostile leg's socket, which has passed a check."""
        for datagram in datagrams:
            self.hostile.transport.sendto(datagram)

    def deliver(self, datagram: bytes, source: tuple[str, int]) -> None:
        """As if it came from this address, which nobody here could send from."""
        loop = asyncio.get_running_loop()
        now_ns = int(loop.time() * 1e9)
        self.relay._datagrams(self.socket, [(datagram, source)], now_ns)

    @property
    def socket(self) -> Any:
        return self.relay._sockets[0]

    def address_of(self, peer: RawPeer) -> tuple[str, int]:
        return peer.transport.get_extra_info("sockname")

    async def in_turns(self, count: int, one: Callable[[], object]) -> None:
        """Does `one` so often, and looks at the honest legs after every `A_TURN`."""
        for done in range(1, count + 1):
            one()
            if done % A_TURN == 0 or done == count:
                await self.turn()

    async def turn(self) -> None:
        """All that was sent has been read, and the honest are heard. Raises AssertionError."""
        for peer in (self.listener, self.hostile):
            peer.check()  # whoever only listens is heard of by his checks
        await self._speak()
        assert self.socket.overflow() == 0, "a datagram was lost unread"
        self.look()

    async def _speak(self) -> None:
        """The honest leg's next word and picture reach the listener, behind all that was sent before."""
        token, number = b"word-%d" % next(self._tokens), next(self._sequence)
        voice, face = SSRCS["window"]
        now_s = asyncio.get_running_loop().time()
        picture = rtp_packet(
            face, number, int(now_s * 90_000), PICTURE_SIZE + token, video=True, key=True
        )
        self.honest.send_rtp(picture)
        self.honest.send_rtp(rtp_packet(voice, number, int(now_s * 48_000), token))
        await eventually(
            lambda: sum(packet.endswith(token) for packet in self.listener.rtp) == 2, 5
        )

    async def hears_the_hostile_leg(self, plain: Callable[[bytes], list[bytes]]) -> None:
        """Whatever it has sent before: voice and face, once they are in order, pass again."""
        heard: set[int] = set()

        def both() -> bool:
            self.send(plain(b"again"))
            heard.update(p[1] & 0x7F for p in self.listener.rtp if p.endswith(b"again"))
            return heard == {OPUS.payload_type, VP8.payload_type}

        await eventually(both)

    def look(self) -> None:
        """Nothing broke, nobody is gone, nothing has grown without end."""
        assert not self.broken, self.broken[0]
        for leg in SITES:
            assert self.events.states(leg)[-1] is Presence.CONNECTED
        for name, size, most in self.sizes():
            assert size <= most, f"{name} has grown to {size}"

    def look_at_memory(self) -> None:
        gc.collect()
        grown = _resident_bytes() - self._resident
        assert grown < _MEMORY_BYTES, f"{grown >> 20} MiB more than at the beginning"

    def sizes(self) -> Iterable[tuple[str, int, int]]:
        """(what, how many, how many it may be) of all that grows with what is sent."""
        relay, legs = self.relay, len(SITES)
        yield "peers", len(self.socket.peers), 16 * legs
        yield "directory", len(relay.directory), 2 * legs
        yield "failure limits", len(relay._checks._limits), 2 * legs
        yield "counters", len(relay.counters), 60
        yield "tasks", len(asyncio.all_tasks()), 40
        for leg in relay._rooms[CALL].legs.values():
            yield from _sizes_of(leg)

    def _peer(self, name: str) -> ForgetfulPeer:
        spec = LegSpec(name, SITES[name], microphone=True, speaker=True, videos=(FACE,))
        voice, face = SSRCS[name]
        return ForgetfulPeer(self.relay, spec, {str(VOICE): voice, str(FACE): face})

    def _note(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        told = "".join(traceback.format_exception(error)) if error else str(context)
        self.broken.append(f"{context['message']}\n{told}")

    def _fault(self, place: str) -> None:
        self.broken.append(f"fault in {place}\n{traceback.format_exc()}")


def _sizes_of(leg: Leg) -> Iterable[tuple[str, int, int]]:
    yield "senders of RTCP", len(leg._rtcp_senders), 64
    yield "streams", len(leg.publications.by_ssrc), 4
    yield "subscriptions", len(leg.subscriptions.by_ssrc), 9
    yield "arrivals to report", len(leg._transport_feedback._arrived), 0x10000
    yield "held datagrams", len(leg.transport._held), 0
    for stream in leg.publications:
        yield "missing packets", len(stream._losses._missing), LONGEST_GAP
        yield "given up", len(stream._losses._given_up), A_TURN
    for downlink in leg.subscriptions.by_ssrc.values():
        yield "sender reports", len(downlink._sent_reports), 8


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096
