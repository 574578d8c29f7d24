"""Peers of a relay made by hand, and what hears it, for tests: every datagram in reach."""

import asyncio
import contextlib
import struct
import time
from collections.abc import Callable

from aioice import stun

from casework.ports import GapCause, TrackInfo, TrackSource
from signaling.relay.codecs import ABS_SEND_TIME_ID
from signaling.relay.dtls import DtlsState, DtlsTransport, fingerprint, new_certificate
from signaling.relay.engine import Relay
from signaling.relay.events import LegQuality, LegState, Presence, RelayEvent, Reoffer, Streams
from signaling.relay.spec import LegSpec, Offer
from signaling.relay.srtp import SrtpError

CALL = "call-1"


async def eventually(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Polls until `condition` is true; fails with the last value after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(0.02)


class Events(list[RelayEvent]):
    def states(self, leg: str) -> list[Presence]:
        return [e.state for e in self if isinstance(e, LegState) and e.leg == leg]

    def streams(self, leg: str) -> dict[str, tuple[str, TrackSource]]:
        """Mid -> (source leg, source), by the newest event."""
        newest = [e for e in self if isinstance(e, Streams) and e.leg == leg]
        return {s.mid: (s.source_leg, s.source) for s in newest[-1].streams} if newest else {}

    def reoffers(self, leg: str) -> list[Offer]:
        return [e.offer for e in self if isinstance(e, Reoffer) and e.leg == leg]

    def qualities(self, leg: str) -> list[LegQuality]:
        return [e for e in self if isinstance(e, LegQuality) and e.leg == leg]


class RecordingTap:
    """A `MediaTap` that notes everything."""

    def __init__(self) -> None:
        self.opened: dict[int, TrackInfo] = {}
        self.closed: dict[int, GapCause | None] = {}
        self.packets: dict[int, list[bytes]] = {}
        self.reports: list[tuple[int, int, int]] = []
        self.losses: list[tuple[int, int, int]] = []

    def track_opened(self, track: TrackInfo, arrival_ns: int) -> None:
        assert track.track not in self.opened
        self.opened[track.track] = track
        self.packets[track.track] = []

    def rtp(
        self, track: int, extended: int, packet: bytes, payload_at: int, arrival_ns: int
    ) -> None:
        assert track in self.opened
        assert track not in self.closed
        assert extended & 0xFFFF == int.from_bytes(packet[2:4], "big")
        assert 12 <= payload_at <= len(packet)
        self.packets[track].append(packet)

    def sender_report(self, track: int, ntp: int, rtp: int, arrival_ns: int) -> None:
        assert track not in self.closed
        self.reports.append((track, ntp, rtp))

    def lost(self, track: int, first: int, last: int, arrival_ns: int) -> None:
        assert track not in self.closed
        self.losses.append((track, first & 0xFFFF, last & 0xFFFF))

    def track_closed(self, track: int, cause: GapCause | None, arrival_ns: int) -> None:
        assert track not in self.closed
        self.closed[track] = cause


def answer_to(sdp: str, fingerprint: str, ssrcs: dict[str, int]) -> str:
    """The smallest honest answer to an offer; `ssrcs` are declared for the up m-lines of those
    mids, the other up m-lines send without saying from which SSRC.
    """
    lines = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0"]
    for line in sdp.splitlines():
        name, _, value = line.partition(":")
        if line.startswith("m="):
            lines += [line.replace(line.split()[1], "9", 1), "a=rtcp-mux", "a=setup:active"]
            lines += ["a=ice-ufrag:page", "a=ice-pwd:" + "p" * 24]
            lines += [f"a=fingerprint:sha-256 {fingerprint}"]
        elif name == "a=mid":
            lines.append(line)
            if value in ssrcs:
                lines.append(f"a=ssrc:{ssrcs[value]} cname:page")
        elif line == "a=recvonly":
            lines.append("a=sendonly")
        elif line == "a=sendonly":
            lines.append("a=recvonly")
    return "\r\n".join(lines) + "\r\n"


class RawPeer(asyncio.DatagramProtocol):
    """A peer made by hand: one UDP socket, connectivity checks, DTLS client, SRTP both ways.

    `lose_in` and `lose_out` decide on every datagram that comes or goes (True = lost).
    """

    def __init__(self, relay: Relay, spec: LegSpec, ssrcs: dict[str, int]) -> None:
        self.relay = relay
        self.spec = spec
        self.ssrcs = ssrcs
        self.sdp = ""
        self.number = 0
        self.rtp: list[bytes] = []
        self.raw_rtp: list[bytes] = []
        self.rtcp: list[bytes] = []
        self.stun: list[stun.Message] = []
        self.dtls_states: list[DtlsState] = []
        self.lose_in: Callable[[bytes], bool] = lambda _: False
        self.lose_out: Callable[[bytes], bool] = lambda _: False
        self.certificate = new_certificate()
        self.dtls = DtlsTransport(self.certificate, self.send, self.dtls_states.append)
        self.transport: asyncio.DatagramTransport | None = None

    async def join(self) -> None:
        offer = await self.relay.open_leg(CALL, self.spec)
        await self.answer(offer)
        await self.open_socket()
        self.check()
        await eventually(lambda: self.stun)
        theirs = self.attribute("fingerprint").partition(" ")[2]
        self.dtls.start([("sha-256", theirs)], server=False)
        await eventually(lambda: self.dtls_states)
        assert self.dtls_states == [DtlsState.CONNECTED]
        await eventually(lambda: self.leg.transport.connected)

    @property
    def leg(self):
        return self.relay._rooms[CALL].legs[self.spec.leg]

    async def answer(self, offer: Offer) -> None:
        self.sdp, self.number = offer.sdp, offer.number
        sdp = answer_to(offer.sdp, fingerprint(self.certificate), self.ssrcs)
        await self.relay.answer_leg(CALL, self.spec.leg, offer.number, sdp)

    async def open_socket(self) -> None:
        if self.transport is not None:
            self.transport.close()
        loop = asyncio.get_running_loop()
        self.transport, _ = await loop.create_datagram_endpoint(
            lambda: self, remote_addr=self.relay.endpoints[0]
        )

    def attribute(self, name: str) -> str:
        return next(x for x in self.sdp.splitlines() if x.startswith(f"a={name}:"))[len(name) + 3 :]

    def ssrc_of(self, mid: str) -> int:
        section = self.sdp.split(f"a=mid:{mid}\r\n")[1].split("\r\nm=")[0]
        return int(section.split("a=ssrc:")[1].split()[0])

    def check(
        self, *, nominate: bool = True, password: str | None = None, controlled: bool = False
    ):
        """Sends a connectivity check; its answer lands in `stun`."""
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = self.attribute("ice-ufrag") + ":page"
        request.attributes["PRIORITY"] = 1
        request.attributes["ICE-CONTROLLED" if controlled else "ICE-CONTROLLING"] = 7
        if nominate:
            request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity((password or self.attribute("ice-pwd")).encode())
        self.send(bytes(request))

    def send(self, datagram: bytes) -> None:
        if self.transport is not None and not self.lose_out(datagram):
            self.transport.sendto(datagram)

    def send_rtp(self, packet: bytes) -> None:
        self.send(self.dtls.protect(packet))

    def send_rtcp(self, compound: bytes) -> None:
        self.send(self.dtls.protect_rtcp(compound))

    def datagram_received(self, data: bytes, addr: object) -> None:
        if self.lose_in(data):
            return
        if data[0] < 4:
            self.stun.append(stun.parse_message(data))
        elif data[0] < 64:
            self.dtls.feed(data)
        elif DtlsState.CONNECTED not in self.dtls_states:
            return  # the relay may be done a moment earlier
        elif 192 <= data[1] <= 223:
            self.rtcp.append(self.dtls.unprotect_rtcp(data))
        else:
            self.raw_rtp.append(data)
            with contextlib.suppress(SrtpError):  # a resend is a replay to libsrtp
                self.rtp.append(self.dtls.unprotect(data))

    async def leave(self) -> None:
        await self.dtls.close()
        if self.transport is not None:
            self.transport.close()


def rtp_packet(
    ssrc: int, sequence: int, timestamp: int = 0, payload: bytes = b"voice", **options: bool
) -> bytes:
    """An RTP packet: Opus by default, with abs-send-time; `video` VP8, `key` a keyframe's start."""
    video, key = options.get("video", False), options.get("key", False)
    if video:
        payload = (b"\x10\x00" if key else b"\x10\x01") + payload
    first = struct.pack(
        "!BBHII", 0x90, 96 if video else 111, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc
    )
    return first + b"\xbe\xde\x00\x01" + bytes((ABS_SEND_TIME_ID << 4 | 2,)) + b"\0\0\0" + payload
