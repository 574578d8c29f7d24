"""One media connection of a call: the streams it sends and the streams it gets."""

import asyncio
import secrets
import time
from collections.abc import Mapping
from typing import Protocol

from casework.ports import GapCause, MediaTap, TrackInfo
from signaling.relay import rtcp
from signaling.relay.counters import Counters
from signaling.relay.downlink import DownlinkStream
from signaling.relay.dtls import Certificate, DtlsState, fingerprint
from signaling.relay.events import Presence
from signaling.relay.feedback import receive_compound
from signaling.relay.ice import IceDirectory
from signaling.relay.negotiation import Negotiation
from signaling.relay.publications import Publications, up_sections
from signaling.relay.rtp import MalformedPacket
from signaling.relay.sdp_answer import read_answer
from signaling.relay.sdp_offer import TransportDescription, write_offer
from signaling.relay.slots import SlotPool
from signaling.relay.spec import LegSpec, Offer
from signaling.relay.srtp import SrtpError
from signaling.relay.subscriptions import Subscriptions
from signaling.relay.transport import LegTransport
from signaling.relay.transport_feedback import TransportFeedback
from signaling.relay.uplink import UplinkStream

DEFAULT_RTT_NS = 100_000_000
RESENDS_PER_TICK = 300
NACKED_AT_ONCE = 256
"""Numbers that stand apart need four bytes each: so many fit a network's frame."""
_RTCP_SENDERS = 64


class LegRoom(Protocol):
    """What a leg tells its room."""

    def new_track(self, leg: "Leg", stream: UplinkStream) -> TrackInfo:
        """A stream's first admitted packet came."""

    def rewire(self) -> None:
        """A stream came or went: decides anew who gets what."""

    def connection_changed(self, leg: "Leg", state: DtlsState, now_ns: int) -> None: ...

    def reoffer(self, leg: "Leg") -> None:
        """The leg has to renegotiate, and may."""


class Shared(Protocol):
    """What all legs of a worker share."""

    counters: Counters
    directory: IceDirectory
    certificate: Certificate

    @property
    def endpoints(self) -> tuple[tuple[str, int], ...]: ...


class Leg:
    """Handlers here may raise on hostile input; the engine's datagram loop catches and counts."""

    def __init__(
        self,
        spec: LegSpec,
        room: LegRoom,
        shared: Shared,
        tap: MediaTap | None,
        last_offer: int,
    ) -> None:
        now_ns = time.monotonic_ns()
        loop = asyncio.get_running_loop()
        self.spec = spec
        self.counters = shared.counters
        self.rtcp_ssrc = secrets.randbits(31) + 1
        self.rtt_ns = DEFAULT_RTT_NS
        self.measured_rtt_ns: int | None = None
        self.presence = Presence.NEW
        self.estimate: int | None = None
        self.estimate_ns = 0
        self._room = room
        self._shared = shared
        self._session = secrets.randbits(62)
        self._resends_left = RESENDS_PER_TICK
        self._rtcp_senders: set[bytes] = set()
        self._transport_feedback = TransportFeedback()
        self.transport = LegTransport(
            shared.directory, shared.certificate, shared.counters, self, now_ns
        )
        self.slots = SlotPool(speaker=spec.speaker)
        self.negotiation = Negotiation(loop, last_offer, lambda: room.reoffer(self))
        self.publications = Publications(self, tap, shared.counters)
        self.subscriptions = Subscriptions(self.transport, self.slots, self.negotiation.want)

    # --- negotiation ---------------------------------------------------------------------------

    def offer(self) -> Offer:
        """The next offer; spent slots get new SSRCs in it."""
        self.slots.renew_spent()
        sections = [*up_sections(self.spec), *self.slots.sections()]
        number = self.negotiation.begin(sections)
        description = TransportDescription(
            self.transport.ice.credentials,
            fingerprint(self._shared.certificate),
            self._shared.endpoints,
        )
        return Offer(number, write_offer(self._session, number, description, sections))

    @property
    def unanswered(self) -> int:
        """Number of the outstanding offer, 0 if none is."""
        outstanding = self.negotiation.outstanding
        return 0 if outstanding is None else outstanding.number

    def answered(self, number: int, sdp: str) -> None:
        """Raises `StaleAnswer` or `BadAnswer`, and then has changed nothing."""
        outstanding = self.negotiation.expect(number)
        answer = read_answer(sdp, outstanding.sections)
        self.transport.answered(answer)
        accepted = {section.mid for section in answer.sections if section.direction.receives}
        self.publications.answered(answer.sections)
        self.slots.answered(outstanding.sections, accepted)
        self.negotiation.settled()

    # --- what arrives --------------------------------------------------------------------------

    def rtp(self, datagram: bytes, now_ns: int) -> None:
        # Every packet of a call comes through here: what can stand here is not called.
        ssrc = int.from_bytes(datagram[8:12], "big")
        stream = self.publications.by_ssrc.get(ssrc)
        source = None
        payload_type = datagram[1] & 0x7F
        if stream is None:
            source = self.publications.latchable(payload_type)
            if source is None:
                self.counters["rtp.unknown_ssrc"] += 1
                return
        elif payload_type != stream.codec.payload_type:
            self.counters["rtp.wrong_payload_type"] += 1
            return
        try:
            packet = self.transport.dtls.unprotect(datagram)
        except SrtpError:
            self.counters["srtp.refused"] += 1
            return
        if stream is None:
            assert source is not None  # noqa: S101 - asked above
            stream = self.publications.latch(ssrc, source)
        self.transport.heard_ns = now_ns
        try:
            stream.receive(packet, now_ns)
        except MalformedPacket:
            self.counters["rtp.malformed"] += 1

    def rtcp(self, datagram: bytes, now_ns: int) -> None:
        sender = datagram[4:8]
        known = sender in self._rtcp_senders
        if not known and len(self._rtcp_senders) >= _RTCP_SENDERS:
            self.counters["rtcp.too_many_senders"] += 1
            return
        try:
            compound = self.transport.dtls.unprotect_rtcp(datagram)
        except SrtpError:
            self.counters["srtp.refused"] += 1
            return
        self._rtcp_senders.add(sender)
        self.transport.heard(now_ns)
        try:
            receive_compound(self, compound, now_ns)
        except rtcp.MalformedRtcp:
            self.counters["rtcp.malformed"] += 1

    def transport_state(self, state: DtlsState) -> None:
        self.transport.connected = state is DtlsState.CONNECTED
        self._room.connection_changed(self, state, time.monotonic_ns())

    # --- what feedback tells (feedback.ReportingLeg) --------------------------------------------

    @property
    def uplinks(self) -> Mapping[int, UplinkStream]:
        return self.publications.by_ssrc

    @property
    def downlinks(self) -> Mapping[int, DownlinkStream]:
        return self.subscriptions.by_ssrc

    def measured_round_trip(self, nanoseconds: int) -> None:
        """Smoothed as in RFC 6298: an eighth of each new sample."""
        before = self.measured_rtt_ns
        self.measured_rtt_ns = nanoseconds if before is None else (7 * before + nanoseconds) // 8
        self.rtt_ns = self.measured_rtt_ns

    def may_resend(self) -> bool:
        self._resends_left -= 1
        return self._resends_left >= 0

    def estimated(self, bits_per_second: int, now_ns: int) -> None:
        self.estimate, self.estimate_ns = bits_per_second, now_ns

    # --- what its own streams ask for (uplink.Publisher) ----------------------------------------

    def arrived(self, stream: UplinkStream, number: int, now_ns: int) -> None:
        """Answers at once when an answer is due: what was held in this turn is told in it."""
        feedback = self._transport_feedback
        if feedback.arrived(number, now_ns):
            self.counters["rtcp.transport_feedback_sent"] += 1
            self.transport.send_rtcp(feedback.take(self.rtcp_ssrc, stream.ssrc, now_ns))

    def ask_again(self, stream: UplinkStream, numbers: list[int]) -> None:
        for at in range(0, len(numbers), NACKED_AT_ONCE):
            some = numbers[at : at + NACKED_AT_ONCE]
            self.counters["rtcp.nacks_sent"] += 1
            self.transport.send_rtcp(rtcp.build_nack(self.rtcp_ssrc, stream.ssrc, some))

    def ask_keyframe(self, stream: UplinkStream) -> None:
        self.counters["rtcp.plis_sent"] += 1
        self.transport.send_rtcp(rtcp.build_picture_loss(self.rtcp_ssrc, stream.ssrc))

    def new_track(self, stream: UplinkStream) -> TrackInfo:
        return self._room.new_track(self, stream)

    def published(self, stream: UplinkStream) -> None:
        del stream
        self._room.rewire()

    # --- life ----------------------------------------------------------------------------------

    def tick(self) -> None:
        """A new span of `RESENDS_PER_TICK` begins."""
        self._resends_left = RESENDS_PER_TICK

    def detach(self, cause: GapCause | None) -> None:
        """Ends its streams at once; the transport still has to be closed."""
        self.negotiation.close()
        self.publications.close(cause)
        self.subscriptions.close()
