"""Transport-wide feedback, read back by a parser written from the draft alone."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from signaling.relay import rtcp
from signaling.relay.codecs import TRANSPORT_NUMBER_ID
from signaling.relay.rtp import layout
from signaling.relay.transport_feedback import (
    FORMAT,
    INTERVAL_NS,
    MOST_STATUSES,
    TransportFeedback,
)

TICK_NS = 250_000
START_NS = 5_000_000_000


def read(compound):
    """(sequence number, arrival in ns or None) of each status, and the feedback's own count."""
    (packet,) = rtcp.walk(compound)
    assert (packet.kind, packet.count) == (rtcp.TRANSPORT_FEEDBACK, FORMAT)
    body = packet.body
    sender, media, base, statuses, reference = struct.unpack_from("!IIHHI", body)
    assert (sender, media) == (7, 9)
    at, symbols = 16, []
    while len(symbols) < statuses:
        chunk = int.from_bytes(body[at : at + 2], "big")
        at += 2
        if not chunk & 0x8000:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
        elif chunk & 0x4000:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    found, time_ns = [], (reference >> 8) * 64_000_000
    for offset, symbol in enumerate(symbols[:statuses]):
        arrival = None
        if symbol:
            size = {1: 1, 2: 2}[symbol]
            delta = int.from_bytes(body[at : at + size], "big", signed=symbol == 2)
            at += size
            time_ns += delta * TICK_NS
            arrival = time_ns
        found.append(((base + offset) & 0xFFFF, arrival))
    assert at == len(body)
    return found, reference & 0xFF


def test_what_came_is_told_with_its_time():
    feedback = TransportFeedback()
    times = {10: 0, 11: 400_000, 13: 90_000_000, 14: 90_000_000}
    for number, offset in times.items():
        feedback.arrived(number, START_NS + offset)
    found, count = read(feedback.take(7, 9, START_NS))
    assert count == 0
    assert [number for number, _ in found] == [10, 11, 12, 13, 14]
    assert dict(found)[12] is None
    for number, offset in times.items():
        assert abs(dict(found)[number] - (START_NS + offset)) <= TICK_NS


def test_nothing_is_said_of_nothing_and_each_feedback_is_counted():
    feedback = TransportFeedback()
    assert feedback.take(7, 9, START_NS) == b""
    for round_ in range(300):
        feedback.arrived(round_, START_NS + round_)
        assert read(feedback.take(7, 9, START_NS))[1] == round_ & 0xFF


def test_it_is_due_a_tenth_of_a_second_after_the_last():
    feedback = TransportFeedback()
    assert feedback.arrived(1, START_NS)
    feedback.take(7, 9, START_NS)
    assert not feedback.arrived(2, START_NS + INTERVAL_NS - 1)
    assert feedback.arrived(3, START_NS + INTERVAL_NS)


def test_a_packet_that_was_overtaken_is_told_after_all():
    feedback = TransportFeedback()
    for number in (1, 2, 4):
        feedback.arrived(number, START_NS)
    assert dict(read(feedback.take(7, 9, START_NS))[0])[3] is None
    feedback.arrived(3, START_NS + 1_000_000)
    feedback.arrived(5, START_NS + 2_000_000)
    found = dict(read(feedback.take(7, 9, START_NS))[0])
    assert set(found) == {3, 4, 5}
    assert None not in found.values()


def test_a_duplicate_is_told_once_and_a_leap_is_bounded():
    feedback = TransportFeedback()
    for number in (1, 1, 1):
        feedback.arrived(number, START_NS)
    assert len(read(feedback.take(7, 9, START_NS))[0]) == 1
    feedback.arrived(1, START_NS)
    assert feedback.take(7, 9, START_NS) == b""
    feedback.arrived(20_000, START_NS)
    assert len(read(feedback.take(7, 9, START_NS))[0]) == MOST_STATUSES


@given(
    st.integers(0, 0xFFFF),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20_000_000)), min_size=1, max_size=80),
    st.integers(1, 7),
)
def test_every_arrival_is_told_once_received_whatever_the_order(start, steps, every):
    feedback = TransportFeedback()
    sent, told, now_ns, number = {}, {}, START_NS, 0
    for count, (jump, wait_ns) in enumerate(steps):
        number = max(0, number + jump - 15)
        now_ns += wait_ns
        sent.setdefault((start + number) & 0xFFFF, now_ns)
        feedback.arrived((start + number) & 0xFFFF, now_ns)
        if count % every == 0:
            compound = feedback.take(7, 9, now_ns)
            if compound:
                told.update({n: at for n, at in read(compound)[0] if at is not None})
    compound = feedback.take(7, 9, now_ns)
    if compound:
        told.update({n: at for n, at in read(compound)[0] if at is not None})
    assert set(told) == set(sent)
    assert all(abs(told[n] - at) <= 2 * TICK_NS for n, at in sent.items())


def packet(number, transport):
    element = bytes((TRANSPORT_NUMBER_ID << 4 | 1,)) + transport.to_bytes(2, "big") + b"\0"
    fixed = b"\x90\x6f" + number.to_bytes(2, "big") + bytes(4) + (77).to_bytes(4, "big")
    return fixed + b"\xbe\xde\0\1" + element + b"voice"


def test_the_number_is_found_in_the_header():
    found = layout(packet(1, 0xABCD))
    assert found == (0, 17, 20)
