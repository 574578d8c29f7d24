"""RTP reading and rewriting, sequence numbers, the ring."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.relay.codecs import ABS_SEND_TIME_ID, TRANSPORT_NUMBER_ID, keyframe_starts
from signaling.relay.receive_stats import ReceiveStats
from signaling.relay.ring import RING_PACKETS, PacketRing
from signaling.relay.rtp import (
    HeaderLayout,
    MalformedPacket,
    abs_send_time,
    fixed_header,
    forwarded,
    layout,
)
from signaling.relay.sequence import SequenceUnwrapper, nearest

FIXED = bytes.fromhex("806f0001000000020000000a")


def with_extension(elements: bytes, payload: bytes = b"xyz", profile: bytes = b"\xbe\xde") -> bytes:
    words = -(-len(elements) // 4)
    body = elements.ljust(4 * words, b"\0")
    return b"\x90" + FIXED[1:] + profile + words.to_bytes(2, "big") + body + payload


def test_layout_of_a_plain_packet():
    assert layout(FIXED + b"payload") == (0, 0, 12)


def test_layout_skips_csrcs():
    packet = b"\x82" + FIXED[1:] + b"aaaabbbb" + b"payload"
    assert layout(packet) == (0, 0, 20)


@pytest.mark.parametrize("before", [b"", b"\x10\xaa", b"\x13abcd", b"\0\0\0"])
def test_layout_finds_abs_send_time(before):
    stamp = bytes((ABS_SEND_TIME_ID << 4 | 2,)) + b"\1\2\3"
    packet = with_extension(before + stamp)
    stamp_at, _, payload_at = layout(packet)
    assert packet[stamp_at : stamp_at + 3] == b"\1\2\3"
    assert packet[payload_at:] == b"xyz"


def test_layout_leaves_other_extension_profiles_alone():
    packet = with_extension(bytes((ABS_SEND_TIME_ID << 4 | 2,)) + b"\1\2\3", profile=b"\x10\x00")
    assert layout(packet) == (0, 0, 20)


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        FIXED[:11],
        b"\x8f" + FIXED[1:],
        b"\x90" + FIXED[1:] + b"\xbe\xde",
        b"\x90" + FIXED[1:] + b"\xbe\xde\x00\x02abcd",
        with_extension(b"\x2fab"),
        b"\xa0" + FIXED[1:],
        b"\xa0" + FIXED[1:] + b"ab\x09",
    ],
)
def test_layout_refuses_what_does_not_fit(packet):
    with pytest.raises(MalformedPacket):
        layout(packet)


@given(st.binary(max_size=80))
def test_layout_stays_inside_any_packet(tail):
    packet = b"\xb3" + FIXED[1:] + tail
    try:
        stamp_at, _, payload_at = layout(packet)
    except MalformedPacket:
        return
    assert 12 <= payload_at <= len(packet)
    assert stamp_at == 0 or 12 < stamp_at <= payload_at - 3


def test_abs_send_time_is_six_bits_of_seconds_and_eighteen_of_fraction():
    assert abs_send_time(1_500_000_000) == (3 << 17).to_bytes(3, "big")
    assert abs_send_time(64_000_000_000) == b"\0\0\0"


def test_a_fixed_header_is_made_of_its_fields():
    got = fixed_header(FIXED[:2], 0x1234, FIXED[4:8], b"SSRC")
    assert got == FIXED[:2] + b"\x12\x34" + FIXED[4:8] + b"SSRC"


@given(st.lists(st.binary(min_size=12, max_size=40), max_size=30))
def test_a_remembered_layout_never_differs_in_what_counts(packets):
    """Whatever follows whatever: same payload, or the same refusal; a stamp within the packet."""
    remembered = HeaderLayout()
    stamped = with_extension(bytes([ABS_SEND_TIME_ID << 4 | 2]) + b"abc")
    for packet in [stamped, *(stamped[:16] + rest[12:] for rest in packets), *packets, stamped]:
        try:
            expected = layout(packet)
        except MalformedPacket:
            # A head in the right place may hide that another element is broken: no more than that.
            expected = None
        try:
            got = remembered.of(packet)
        except MalformedPacket:
            got = None
        if expected is not None and got is not None:
            assert got[2] == expected[2]
        if expected is not None:
            assert got is not None
        if got is not None:
            assert got[2] <= len(packet)
            assert max(got[0] + 3, got[1] + 2) <= len(packet) or not (got[0] or got[1])


def test_the_stamp_is_found_wherever_its_element_moves():
    remembered = HeaderLayout()
    head = bytes([ABS_SEND_TIME_ID << 4 | 2])
    early = with_extension(head + b"abc" + b"\x10\x55" + b"\0\0")
    late = with_extension(b"\x10\x55" + head + b"abc" + b"\0\0")
    for packet in (early, early, late, late, early):
        assert remembered.of(packet) == layout(packet)


@given(st.lists(st.integers(-400, 400), max_size=60), st.integers(0, 0xFFFF))
def test_sequence_numbers_unwrap_however_they_are_ordered(steps, start):
    unwrapper = SequenceUnwrapper()
    truth = offset = unwrapper.extend(start)
    highest = truth
    for step in steps:
        truth = highest + step
        assert unwrapper.extend(truth & 0xFFFF) == truth
        highest = max(highest, truth)
    assert offset - 0x10000 == start


@given(st.integers(0, 1 << 40), st.integers(-0x7FFF, 0x7FFF))
def test_nearest_finds_the_number_meant(reference, distance):
    number = reference + distance
    assert nearest(number & 0xFFFF, reference) == number


def test_the_ring_keeps_the_last_1024():
    ring = PacketRing()
    for number in range(RING_PACKETS + 10):
        ring.put(number, b"aa", b"tttt", b"%d" % number)
    assert ring.get(9) is None
    assert ring.get(10) == (10, b"aa", b"tttt", b"10")
    assert ring.get(RING_PACKETS + 10) is None


@pytest.mark.parametrize(
    ("payload", "starts"),
    [
        (b"\x10\x00", True),
        (b"\x10\x01", False),  # an interframe
        (b"\x00\x00", False),  # not the start of a partition
        (b"\x11\x00", False),  # a later partition
        (b"\x90\x80\x05\x00", True),  # 7-bit picture id
        (b"\x90\x80\x85\x05\x00", True),  # 15-bit picture id
        (b"\x90\xf0\x85\x05\x01\x20\x00", True),  # picture id, TL0PICIDX, TID and KEYIDX
        (b"\x90\xf0\x85\x05\x01\x20\x01", False),
        (b"\x90", False),
        (b"\x90\x80", False),
        (b"", False),
    ],
)
def test_keyframes_of_vp8(payload, starts):
    assert keyframe_starts(b"header" + payload, 6) is starts


def test_receive_stats_count_loss_and_jitter():
    stats = ReceiveStats(48_000)
    for number in [0, 1, 2, 4, 5, 7, 8, 9]:
        stats.add(0x10000 + number, (number * 960).to_bytes(4, "big"), number * 20_000_000, 100)
    stats.sender_report(0x0001_2345_6789_0000, 160_000_000)
    block = stats.report(7, 660_000_000)
    assert (block.fraction_lost, block.cumulative_lost) == (2 * 256 // 10, 2)
    assert (block.highest_sequence, block.jitter) == (9, 0)
    assert (block.last_sr, block.delay_since_sr) == (0x23456789, 32_768)
    stats.add(0x10000 + 3, (3 * 960).to_bytes(4, "big"), 190_000_000, 100)  # recovered late
    stats.add(0x10000 + 10, (10 * 960).to_bytes(4, "big"), 230_000_000, 100)
    block = stats.report(7, 660_000_000)
    assert (block.fraction_lost, block.cumulative_lost) == (0, 1)
    assert block.jitter == 90  # 30 ms late, a sixteenth of 1440


def test_lost_packets_below_zero_do_not_break_the_report():
    stats = ReceiveStats(48_000)
    stats.add(0x10005, bytes(4), 0, 1)
    for number in range(5):
        stats.add(0x10000 + number, bytes(4), 0, 1)
    block = stats.report(7, 1)
    assert (block.fraction_lost, block.cumulative_lost) == (0, 0)


STAMP = bytes((ABS_SEND_TIME_ID << 4 | 2,)) + b"\1\2\3"
NUMBER = bytes((TRANSPORT_NUMBER_ID << 4 | 1,)) + b"\xab\xcd"


@pytest.mark.parametrize(
    "elements",
    [
        b"\x10\x55",
        b"\x10\x55" + STAMP,
        b"\x10\x55" + NUMBER,
        STAMP + b"\x10\x55" + NUMBER,
        NUMBER + b"\x10\x55" + STAMP,
        STAMP + NUMBER,
        NUMBER + STAMP,
    ],
)
def test_subscribers_get_our_stamp_no_number_and_the_rest_as_it_was(elements):
    packet = with_extension(elements)
    stamp_at, number_at, payload_at = layout(packet)
    assert (bool(stamp_at), bool(number_at)) == (STAMP in elements, NUMBER in elements)
    now_ns = 123_456_789_000
    expected = elements.replace(STAMP, STAMP[:1] + abs_send_time(now_ns)).replace(NUMBER, b"\0\0\0")
    got = forwarded(packet, stamp_at, number_at, now_ns)
    assert got == with_extension(expected)[12:]
    again = packet[:12] + got
    assert layout(again) == (stamp_at, 0, payload_at)
    assert again[payload_at:] == b"xyz"
