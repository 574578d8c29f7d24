"""A leg with keys in hand that means harm: what it can cost is bounded, and a fault is counted."""

import time

import pytest

from casework.ports import TrackSource
from signaling.relay import publications
from signaling.relay.errors import BadAnswer
from signaling.relay.leg import NACKED_AT_ONCE
from signaling.relay.losses import LONGEST_GAP

CALL = "call-1"
VOICE, FACE = 1111, 2222


async def test_a_fault_in_a_handler_is_counted_and_the_leg_goes_on(
    relay, raw_peer, eventually, rtp_packet, tap
):
    await relay.open_room(CALL, tap)
    await relay.admit_leg(CALL, "sender", [TrackSource.MICROPHONE])
    sender = await raw_peer("sender", "counter", {"microphone": VOICE})
    receiver = await raw_peer("receiver", "hall", {})

    def broken(*_):
        raise RuntimeError("a tap must not raise, but this one does")

    whole, tap.rtp = tap.rtp, broken
    sender.send_rtp(rtp_packet(VOICE, 1))
    await eventually(lambda: relay.counters["fault.datagram"] == 1)
    tap.rtp = whole
    sender.send_rtp(rtp_packet(VOICE, 2))
    await eventually(lambda: len(receiver.rtp) == 2)


async def test_a_comb_of_losses_is_asked_for_in_packets_that_fit(
    relay, raw_peer, eventually, rtp_packet
):
    await relay.open_room(CALL, None)
    await relay.admit_leg(CALL, "sender", [TrackSource.MICROPHONE])
    sender = await raw_peer("sender", "counter", {"microphone": VOICE})
    socket, source = relay._sockets[0], sender.transport.get_extra_info("sockname")
    now_ns = time.monotonic_ns()
    # Each number that is missing stands alone: no mask of sixteen reaches from one to the next.
    for number in range(17 * LONGEST_GAP):
        if number % 17 != 1:
            datagram = sender.dtls.protect(rtp_packet(VOICE, number))
            relay._datagrams(socket, [(datagram, source)], now_ns)
    await eventually(lambda: relay.counters["rtcp.nacks_sent"] >= LONGEST_GAP // NACKED_AT_ONCE)
    await eventually(lambda: any(len(one) > 4 * NACKED_AT_ONCE for one in sender.rtcp))
    assert max(len(one) for one in sender.rtcp) < 1_200
    assert relay.counters["srtp.protect_refused"] == 0


async def test_a_leg_names_so_many_streams_and_no_more(relay, raw_peer, monkeypatch):
    """For each SSRC that was ever heard, libsrtp keeps a context."""
    monkeypatch.setattr(publications, "MOST_SSRCS", 6)
    await relay.open_room(CALL, None)
    sender = await raw_peer("sender", "counter", {"microphone": VOICE, "camera": FACE})
    for number in range(2):
        sender.ssrcs = {"microphone": 3000 + number, "camera": 4000 + number}
        await sender.answer(await relay.restart_leg(CALL, "sender"))
    before = dict(sender.leg.publications.by_ssrc)
    sender.ssrcs = {"microphone": 3001, "camera": 4002}
    with pytest.raises(BadAnswer):
        await sender.answer(await relay.restart_leg(CALL, "sender"))
    assert sender.leg.publications.by_ssrc == before
    sender.ssrcs = {"microphone": VOICE, "camera": FACE}
    await sender.answer(await relay.restart_leg(CALL, "sender"))
    assert set(sender.leg.publications.by_ssrc) == {VOICE, FACE}
