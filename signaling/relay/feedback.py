"""What a leg says by RTCP: reports and requests, each only about streams that are its own."""

from collections.abc import Mapping
from typing import Protocol

from signaling.relay import rtcp
from signaling.relay.counters import Counters
from signaling.relay.downlink import DownlinkStream
from signaling.relay.uplink import UplinkStream


class ReportingLeg(Protocol):
    """The leg whose compound is read. `uplinks` are the streams it sends, `downlinks` those sent
    to it, both by SSRC.
    """

    counters: Counters
    rtt_ns: int

    @property
    def uplinks(self) -> Mapping[int, UplinkStream]: ...

    @property
    def downlinks(self) -> Mapping[int, DownlinkStream]: ...

    def measured_round_trip(self, nanoseconds: int) -> None: ...

    def may_resend(self) -> bool:
        """Takes one from the leg's budget of resends."""

    def estimated(self, bits_per_second: int, now_ns: int) -> None: ...


def receive_compound(leg: ReportingLeg, compound: bytes, now_ns: int) -> None:
    """Walks every packet: senders lead with an SR, and NACK, PLI and REMB follow it.

    Raises `MalformedRtcp`; packets before the malformed one have taken effect. BYE ends nothing
    (a leg leaves by close_notify or silence) and is never passed on.
    """
    for packet in rtcp.walk(compound):
        match packet.kind:
            case rtcp.SENDER_REPORT:
                _sender_report(leg, packet, now_ns)
                _report_blocks(leg, packet, now_ns)
            case rtcp.RECEIVER_REPORT:
                _report_blocks(leg, packet, now_ns)
            case rtcp.TRANSPORT_FEEDBACK if packet.count == rtcp.NACK:
                _nack(leg, packet, now_ns)
            case rtcp.PAYLOAD_FEEDBACK:
                _payload_feedback(leg, packet, now_ns)
            case _:
                pass


def _sender_report(leg: ReportingLeg, packet: rtcp.RtcpPacket, now_ns: int) -> None:
    info = rtcp.sender_info(packet)
    stream = leg.uplinks.get(info.ssrc)
    if stream is None:
        leg.counters["rtcp.foreign_ssrc"] += 1
    else:
        stream.sender_report(info, now_ns)


def _report_blocks(leg: ReportingLeg, packet: rtcp.RtcpPacket, now_ns: int) -> None:
    for block in rtcp.report_blocks(packet):
        stream = leg.downlinks.get(block.ssrc)
        if stream is None:
            leg.counters["rtcp.foreign_ssrc"] += 1
            continue
        round_trip = stream.round_trip_ns(block, now_ns)
        if round_trip is not None:
            leg.measured_round_trip(round_trip)


def _nack(leg: ReportingLeg, packet: rtcp.RtcpPacket, now_ns: int) -> None:
    stream = leg.downlinks.get(rtcp.feedback_target(packet))
    if stream is None:
        leg.counters["rtcp.foreign_ssrc"] += 1
        return
    for sequence in rtcp.nacked(packet):
        if not leg.may_resend():
            leg.counters["rtcp.resend_refused"] += 1
            return
        if not stream.resend(sequence, now_ns, leg.rtt_ns):
            leg.counters["rtcp.resend_missing"] += 1


def _payload_feedback(leg: ReportingLeg, packet: rtcp.RtcpPacket, now_ns: int) -> None:
    if packet.count == rtcp.PICTURE_LOSS:
        _keyframe(leg, rtcp.feedback_target(packet))
    elif packet.count == rtcp.FULL_INTRA:
        for ssrc in rtcp.full_intra_targets(packet):
            _keyframe(leg, ssrc)
    elif packet.count == rtcp.APPLICATION_LAYER:
        bits = rtcp.estimated_bitrate(packet)
        if bits is not None:
            leg.estimated(bits, now_ns)


def _keyframe(leg: ReportingLeg, ssrc: int) -> None:
    stream = leg.downlinks.get(ssrc)
    if stream is None:
        leg.counters["rtcp.foreign_ssrc"] += 1
    else:
        leg.counters["rtcp.keyframe_requests"] += 1
        stream.keyframes.request()
