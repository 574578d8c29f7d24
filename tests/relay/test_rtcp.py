"""Compounds in and out."""

import struct

import pytest
from aiortc import rtp as aiortc_rtp
from hypothesis import given
from hypothesis import strategies as st

from signaling.relay import rtcp
from signaling.relay.ceiling import LOWEST_VIDEO_BITS, SteadyCeiling, video_ceiling


def test_a_compound_is_walked_to_its_end():
    compound = (
        rtcp.build_sender_report(1, 2, 3, 4, 5)
        + rtcp.build_source_description(1, "name")
        + rtcp.build_nack(1, 2, [7])
        + rtcp.build_picture_loss(1, 2)
        + rtcp.build_estimated_bitrate(1, 1_000_000, [2])
    )
    kinds = [(p.kind, p.count) for p in rtcp.walk(compound)]
    assert kinds == [(200, 0), (202, 1), (205, 1), (206, 1), (206, 15)]


def test_aiortc_reads_what_is_built():
    block = rtcp.ReportBlock(11, 12, -3, 14, 15, 16, 17)
    compound = (
        rtcp.build_sender_report(1, 1 << 40, 3, 4, 5)
        + rtcp.build_receiver_report(1, [block])
        + rtcp.build_source_description(1, "stream-1")
        + rtcp.build_nack(1, 2, [65_534, 65_535, 0, 40])
        + rtcp.build_picture_loss(1, 2)
        + rtcp.build_estimated_bitrate(1, 2_064_000, [2, 3])
    )
    sr, rr, sdes, nack, pli, remb = aiortc_rtp.RtcpPacket.parse(compound)
    assert (sr.ssrc, sr.sender_info.ntp_timestamp, sr.sender_info.packet_count) == (1, 1 << 40, 4)
    report = rr.reports[0]
    assert (report.ssrc, report.fraction_lost, report.packets_lost) == (11, 12, -3)
    assert (report.highest_sequence, report.lsr, report.dlsr) == (14, 16, 17)
    assert sdes.chunks[0].items == [(1, b"stream-1")]
    assert nack.lost == [65_534, 65_535, 0, 40]
    assert (pli.fmt, pli.media_ssrc) == (1, 2)
    bitrate, ssrcs = aiortc_rtp.unpack_remb_fci(remb.fci)
    assert ssrcs == [2, 3]
    assert bitrate == pytest.approx(2_064_000, rel=1e-4)


@given(st.lists(st.integers(0, 0xFFFF), unique=True, max_size=60))
def test_nacked_numbers_come_back(numbers):
    (packet,) = rtcp.walk(rtcp.build_nack(1, 2, sorted(numbers)))
    assert sorted(rtcp.nacked(packet)) == sorted(numbers)


@given(st.integers(0, 1 << 39))
def test_an_estimate_keeps_17_bits(bitrate):
    (packet,) = rtcp.walk(rtcp.build_estimated_bitrate(1, bitrate, [9]))
    got = rtcp.estimated_bitrate(packet)
    assert got is not None
    assert got <= bitrate <= got * (1 + 2**-16)


def test_a_hostile_exponent_is_bounded():
    body = struct.pack("!II", 1, 0) + b"REMB" + bytes((1, 0xFF, 0xFF, 0xFF)) + bytes(4)
    packet = rtcp.RtcpPacket(rtcp.PAYLOAD_FEEDBACK, rtcp.APPLICATION_LAYER, body)
    assert rtcp.estimated_bitrate(packet) == 1 << 40


def test_report_blocks_are_read_from_both_kinds_of_report():
    block = rtcp.ReportBlock(11, 12, -3, 14, 15, 16, 17)
    (packet,) = rtcp.walk(rtcp.build_receiver_report(1, [block]))
    assert list(rtcp.report_blocks(packet)) == [block]
    body = struct.pack("!IQIII", 1, 2, 3, 4, 5) + packet.body[4:]
    sender = rtcp.RtcpPacket(rtcp.SENDER_REPORT, 1, body)
    assert list(rtcp.report_blocks(sender)) == [block]
    assert rtcp.sender_info(sender) == rtcp.SenderInfo(1, 2, 3)


@pytest.mark.parametrize(
    "compound",
    [
        b"\x80",
        b"\x80\xc8\x00",
        b"\x80\xc8\x00\x06abcd",
        b"\x40\xc8\x00\x00",
        b"\xa0\xc8\x00\x01\x00\x00\x00\x00",
        b"\xa0\xc8\x00\x01\x00\x00\x00\x09",
        b"\x80\xca\x00\x00" * 65,
    ],
)
def test_malformed_compounds_are_refused(compound):
    with pytest.raises(rtcp.MalformedRtcp):
        rtcp.walk(compound)


@given(st.binary(max_size=200))
def test_any_bytes_are_walked_or_refused(compound):
    try:
        packets = rtcp.walk(compound)
        for packet in packets:
            rtcp.nacked(packet)
            rtcp.full_intra_targets(packet)
            rtcp.estimated_bitrate(packet)
            rtcp.sender_info(packet)
            rtcp.feedback_target(packet)
            list(rtcp.report_blocks(packet))
    except rtcp.MalformedRtcp:
        pass


def test_full_intra_requests_name_their_streams():
    body = struct.pack("!IIIBxxxIBxxx", 1, 0, 7, 1, 8, 2)
    packet = rtcp.RtcpPacket(rtcp.PAYLOAD_FEEDBACK, rtcp.FULL_INTRA, body)
    assert rtcp.full_intra_targets(packet) == [7, 8]


@pytest.mark.parametrize(
    ("estimate", "audio", "video", "videos", "loss", "ceiling"),
    [
        (None, 40_000, 1_000_000, 1, 0, None),
        (1_500_000, 40_000, 900_000, 1, 0, None),  # more than is sent: no ceiling
        (1_500_000, 40_000, 900_000, 1, 20, 1_460_000),  # but the leg loses packets
        (640_000, 40_000, 1_000_000, 2, 0, 300_000),
        (90_000, 40_000, 1_000_000, 1, 0, LOWEST_VIDEO_BITS),
        (90_000, 40_000, 0, 0, 0, None),
    ],
)
def test_a_subscribers_estimate_is_a_ceiling_only_when_it_must_be(
    estimate, audio, video, videos, loss, ceiling
):
    assert video_ceiling(estimate, audio, video, videos, loss) == ceiling


def test_a_ceiling_is_set_by_two_seconds_and_lifted_slowly():
    ceiling = SteadyCeiling(2_000_000)
    seen = []
    for measured in (500_000, None, 500_000, 600_000, 400_000, None, None, *[None] * 7):
        ceiling.second(measured)
        seen.append(ceiling.bits)
    assert seen[:7] == [None, None, None, 600_000, 400_000, 500_000, 625_000]
    assert seen[-2:] == [None, None]
