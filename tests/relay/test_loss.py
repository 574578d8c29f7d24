"""Loss on the way in is asked for and reported; feedback from below reaches the publisher."""

import asyncio
import itertools
import struct
import time

from casework.ports import TrackSource
from signaling.relay import losses, rtcp
from signaling.relay.losses import LOOK_BACK, RESTART_AFTER

CALL = "call-1"
VOICE, FACE = 1111, 2222
PRECISION_NS = 1_000_000_000 // 65_536 + 1  # of the times in a report block


def asked(peer, ssrc):
    """Sequence numbers the relay has asked this peer for, and how often."""
    numbers: dict[int, int] = {}
    for compound in peer.rtcp:
        for packet in rtcp.walk(compound):
            if packet.kind == rtcp.TRANSPORT_FEEDBACK and rtcp.feedback_target(packet) == ssrc:
                for number in rtcp.nacked(packet):
                    numbers[number] = numbers.get(number, 0) + 1
    return numbers


def requests(peer, ssrc):
    return sum(
        packet.count == rtcp.PICTURE_LOSS and rtcp.feedback_target(packet) == ssrc
        for compound in peer.rtcp
        for packet in rtcp.walk(compound)
        if packet.kind == rtcp.PAYLOAD_FEEDBACK
    )


async def pair(relay, raw_peer, tap=None):
    await relay.open_room(CALL, tap)
    await relay.admit_leg(CALL, "sender", list(TrackSource))
    sender = await raw_peer("sender", "counter", {"microphone": VOICE, "camera": FACE})
    receiver = await raw_peer("receiver", "hall", {"microphone": 3333})
    return sender, receiver


async def test_lost_audio_is_asked_for_and_comes_late_but_once(
    relay, raw_peer, eventually, rtp_packet, tap
):
    sender, receiver = await pair(relay, raw_peer, tap)
    packets = {n: rtp_packet(VOICE, n) for n in range(100, 120)}
    for number, packet in packets.items():
        if number not in {105, 106, 115}:
            sender.send_rtp(packet)
    await eventually(lambda: set(asked(sender, VOICE)) == {105, 106, 115})
    for number in (105, 106, 115, 106):
        sender.send_rtp(packets[number])
    await eventually(lambda: len(receiver.rtp) == 20)
    await asyncio.sleep(0.1)
    assert sorted(tap.packets[1]) == sorted(packets.values())
    assert tap.losses == []
    assert all(times <= 3 for times in asked(sender, VOICE).values())


async def test_what_never_comes_is_given_up_and_a_keyframe_asked(
    relay, raw_peer, eventually, rtp_packet, tap
):
    sender, _ = await pair(relay, raw_peer, tap)
    for number in (65_534, 65_535, 2, 3):
        sender.send_rtp(rtp_packet(FACE, number, video=True, key=number == 65_534))
    await eventually(lambda: tap.losses)
    assert tap.losses == [(1, 0, 1)]
    assert 2 <= max(asked(sender, FACE).values()) <= 12
    await eventually(lambda: requests(sender, FACE) >= 1)
    late = rtp_packet(FACE, 1, video=True)
    sender.send_rtp(late)
    await eventually(lambda: relay.counters["rtp.too_late"] == 1)
    assert late not in tap.packets[1]


async def test_what_is_missing_at_the_end_is_reported_before_the_track_closes(
    relay, raw_peer, eventually, rtp_packet, tap
):
    sender, _ = await pair(relay, raw_peer, tap)
    for number in (1, 2, 5):
        sender.send_rtp(rtp_packet(VOICE, number))
    await eventually(lambda: tap.opened and len(tap.packets[1]) == 3)
    await relay.close_leg(CALL, "sender")
    assert tap.losses == [(1, 3, 4)]
    assert tap.closed == {1: None}


async def test_a_long_hole_is_reported_at_once(
    relay, raw_peer, eventually, rtp_packet, tap, monkeypatch
):
    monkeypatch.setattr(losses, "GIVE_UP_NS", 3_600_000_000_000)  # the others are waited for
    sender, _ = await pair(relay, raw_peer, tap)
    sender.send_rtp(rtp_packet(VOICE, 1))
    sender.send_rtp(rtp_packet(VOICE, 3000))
    await eventually(lambda: tap.losses == [(1, 2, 2999)])
    assert asked(sender, VOICE) == {}


async def test_keyframe_requests_are_merged_and_throttled(relay, raw_peer, eventually, rtp_packet):
    sender, receiver = await pair(relay, raw_peer)
    sender.send_rtp(rtp_packet(FACE, 1, video=True, key=True))
    await eventually(lambda: receiver.rtp)
    before = requests(sender, FACE)
    for _ in range(20):
        receiver.send_rtcp(rtcp.build_picture_loss(9, receiver.ssrc_of("video-1")))
    await eventually(lambda: relay.counters["rtcp.keyframe_requests"] == 20)
    await eventually(lambda: requests(sender, FACE) > before)
    await asyncio.sleep(0.7)
    assert requests(sender, FACE) - before <= 2


async def test_feedback_counts_only_for_streams_of_the_leg(relay, raw_peer, eventually, rtp_packet):
    sender, receiver = await pair(relay, raw_peer)
    sender.send_rtp(rtp_packet(FACE, 1, video=True, key=True))
    await eventually(lambda: receiver.rtp)
    foreign = receiver.ssrc_of("video-1")
    sender.send_rtcp(rtcp.build_picture_loss(9, foreign))
    sender.send_rtcp(rtcp.build_nack(9, foreign, [1]))
    sender.send_rtcp(rtcp.build_sender_report(foreign, 1, 1, 1, 1))
    await eventually(lambda: relay.counters["rtcp.foreign_ssrc"] == 3)
    assert relay.counters["rtcp.keyframe_requests"] == 0


async def test_every_packet_of_a_compound_is_read(relay, raw_peer, eventually, rtp_packet, tap):
    """SR first, then SDES, NACK, PLI and REMB, as senders lead with an SR; BYE goes nowhere."""
    sender, receiver = await pair(relay, raw_peer, tap)
    await relay.admit_leg(CALL, "receiver", list(TrackSource))
    receiver.send_rtp(rtp_packet(3333, 1))
    sender.send_rtp(rtp_packet(FACE, 1, video=True, key=True))
    await eventually(lambda: receiver.rtp and sender.rtp)
    mine = receiver.ssrc_of("video-1")
    bye = struct.pack("!BBHI", 0x81, rtcp.BYE, 1, 3333)
    receiver.send_rtcp(
        rtcp.build_sender_report(3333, 0x0102030405060708, 99, 1, 1)
        + rtcp.build_source_description(3333, "page")
        + rtcp.build_nack(3333, mine, [int.from_bytes(receiver.rtp[0][2:4], "big")])
        + rtcp.build_picture_loss(3333, mine)
        + rtcp.build_estimated_bitrate(3333, 300_000, [mine])
        + bye
    )
    await eventually(lambda: len(receiver.raw_rtp) == 2)
    assert (2, 0x0102030405060708, 99) in tap.reports or (1, 0x0102030405060708, 99) in tap.reports
    assert receiver.leg.estimate is not None
    assert relay.counters["rtcp.keyframe_requests"] == 1
    reports = lambda: [  # noqa: E731 - polled
        rtcp.sender_info(p)
        for c in sender.rtcp
        for p in rtcp.walk(c)
        if p.kind == rtcp.SENDER_REPORT
    ]
    await eventually(reports)
    assert reports()[0] == rtcp.SenderInfo(sender.ssrc_of("audio-1"), 0x0102030405060708, 99)
    kinds = {p.kind for c in sender.rtcp for p in rtcp.walk(c)}
    assert rtcp.BYE not in kinds


async def test_receiver_reports_tell_loss_and_let_the_round_trip_be_measured(
    relay, raw_peer, eventually, rtp_packet
):
    sender, receiver = await pair(relay, raw_peer)
    for number in range(0, 100, 2):
        sender.send_rtp(rtp_packet(VOICE, number, number * 960))
    sent_ns = time.monotonic_ns()
    sender.send_rtcp(rtcp.build_sender_report(VOICE, 5 << 32, 0, 50, 50))
    await eventually(lambda: any(c[1] == rtcp.SENDER_REPORT for c in receiver.rtcp))
    # The subscriber tells of our SR after holding it, and for how long: that is no part of the way.
    heard_ns = time.monotonic_ns()
    await asyncio.sleep(0.5)
    held = (time.monotonic_ns() - heard_ns) * 65_536 // 1_000_000_000
    block = rtcp.ReportBlock(receiver.ssrc_of("audio-1"), 0, 0, 0, 0, 5 << 16, held)
    receiver.send_rtcp(rtcp.build_receiver_report(3333, [block]))
    await eventually(lambda: receiver.leg.measured_rtt_ns is not None)
    on_the_way_ns = time.monotonic_ns() - sent_ns - held * 1_000_000_000 // 65_536
    assert 0 < receiver.leg.rtt_ns < on_the_way_ns + PRECISION_NS
    blocks = lambda: [  # noqa: E731 - polled
        b
        for c in sender.rtcp
        for p in rtcp.walk(c)
        if p.kind == rtcp.RECEIVER_REPORT
        for b in rtcp.report_blocks(p)
        if b.ssrc == VOICE and b.last_sr
    ]
    await eventually(blocks)
    assert blocks()[0].last_sr == 5 << 16
    assert sum(b.fraction_lost for b in blocks()) > 100


async def test_a_sender_who_begins_its_numbers_anew_is_heard_again(
    relay, raw_peer, eventually, rtp_packet, tap
):
    """Back by less than libsrtp's window: further back nothing would pass it anyway."""
    sender, receiver = await pair(relay, raw_peer, tap)
    for number in range(1000, 1010):
        sender.send_rtp(rtp_packet(VOICE, number, 960 * number))
    await eventually(lambda: len(receiver.rtp) == 10)
    anew = [
        rtp_packet(VOICE, number, 960 * (number + 500))
        for number in range(510, 510 + RESTART_AFTER + 20)
    ]
    for packet in anew:
        sender.send_rtp(packet)
    heard = 21  # the one that settled it, and those behind it
    await eventually(lambda: len(receiver.rtp) == 10 + heard)
    assert tap.packets[1][10:] == anew[-heard:]
    assert tap.losses == [(1, 1010, 510 + RESTART_AFTER - 2)]
    numbers = [int.from_bytes(packet[2:4], "big") for packet in receiver.rtp]
    assert {(b - a) & 0xFFFF for a, b in itertools.pairwise(numbers)} == {1}
    assert sender.leg.publications.by_ssrc[VOICE].stats.report(VOICE, 0).cumulative_lost == 0


async def test_resends_that_come_too_late_are_no_new_beginning(
    relay, raw_peer, eventually, rtp_packet, tap
):
    sender, _ = await pair(relay, raw_peer, tap)
    for number in (1, 2, 1000):
        sender.send_rtp(rtp_packet(VOICE, number))
    await eventually(lambda: tap.losses == [(1, 3, 999)])
    for number in range(1002 - RESTART_AFTER, 1000):
        sender.send_rtp(rtp_packet(VOICE, number))
    sender.send_rtp(rtp_packet(VOICE, 1001))
    await eventually(lambda: relay.counters["rtp.too_late"] == RESTART_AFTER - 2)
    await eventually(lambda: len(tap.packets[1]) == 4)
    for number in range(600, 700):
        sender.send_rtp(rtp_packet(VOICE, number))
    await eventually(lambda: relay.counters["rtp.too_late"] == RESTART_AFTER + 98)
    assert len(tap.packets[1]) == 4


def first_frames(rtp_packet):
    """A keyframe in three packets and a frame behind it."""
    packets = [rtp_packet(FACE, 500, video=True, key=True)]
    packets += [rtp_packet(FACE, number, video=True) for number in (501, 502)]
    return [*packets, rtp_packet(FACE, 503, 6000, video=True)]


async def test_a_lost_beginning_is_asked_for_and_sent_on_whole(
    relay, raw_peer, eventually, rtp_packet, tap
):
    sender, receiver = await pair(relay, raw_peer, tap)
    packets = first_frames(rtp_packet)
    for packet in packets[1:]:
        sender.send_rtp(packet)
    await eventually(lambda: 500 in asked(sender, FACE))
    assert set(asked(sender, FACE)) == set(range(501 - LOOK_BACK, 501))
    assert receiver.rtp == []
    sender.send_rtp(packets[0])
    await eventually(lambda: len(receiver.rtp) == 4)
    numbers = [int.from_bytes(packet[2:4], "big") for packet in receiver.rtp]
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    assert [packet[12:][-5:] for packet in receiver.rtp] == [p[12:][-5:] for p in packets]
    assert sorted(tap.packets[1]) == sorted(packets)
    await asyncio.sleep(0.5)
    assert tap.losses == []


async def test_what_was_sent_before_the_stream_was_let_in_is_never_asked_for(
    relay, raw_peer, eventually, rtp_packet
):
    await relay.open_room(CALL, None)
    sender = await raw_peer("sender", "counter", {"camera": FACE})
    sender.send_rtp(rtp_packet(FACE, 90, video=True, key=True))
    await eventually(
        lambda: relay._rooms[CALL].legs["sender"].publications.by_ssrc[FACE].stats.packets
    )
    await relay.admit_leg(CALL, "sender", list(TrackSource))
    sender.send_rtp(rtp_packet(FACE, 93, video=True))
    await eventually(lambda: requests(sender, FACE))
    await asyncio.sleep(0.1)
    assert asked(sender, FACE) == {}


async def test_a_packet_is_sent_again_once_a_round_trip(relay, raw_peer, eventually, rtp_packet):
    sender, receiver = await pair(relay, raw_peer)
    sender.send_rtp(rtp_packet(FACE, 1, video=True, key=True))
    await eventually(lambda: receiver.rtp)
    number = int.from_bytes(receiver.rtp[0][2:4], "big")
    nack = rtcp.build_nack(9, receiver.ssrc_of("video-1"), [number])
    for _ in range(5):
        receiver.send_rtcp(nack)
    await eventually(lambda: relay.counters["rtcp.resend_missing"] == 4)
    await eventually(lambda: len(receiver.raw_rtp) == 2)
    await asyncio.sleep(0.1)  # the round trip is taken for 100 ms until it is measured
    receiver.send_rtcp(nack)
    await eventually(lambda: len(receiver.raw_rtp) == 3)
    assert len(set(receiver.raw_rtp)) == 1
