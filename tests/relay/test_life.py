"""Coming, going silent, coming back, reloading, leaving."""

import asyncio
import gc

import pytest

from casework.ports import GapCause, TrackSource
from signaling.relay import presence
from signaling.relay.errors import BadLeg, StaleAnswer, UnknownLeg, UnknownRoom
from signaling.relay.events import LegState, Presence
from signaling.relay.leg import Leg
from signaling.relay.spec import LegSpec

MIC, CAM = TrackSource.MICROPHONE, TrackSource.CAMERA
CALL = "call-1"
VOICE, FACE = 1111, 2222


async def pair(relay, raw_peer, tap=None):
    await relay.open_room(CALL, tap)
    await relay.admit_leg(CALL, "sender", list(TrackSource))
    sender = await raw_peer("sender", "counter", {"microphone": VOICE, "camera": FACE})
    receiver = await raw_peer("receiver", "hall", {"microphone": 3333})
    return sender, receiver


def silent(peer, silent_ns=presence.GONE_AFTER_NS):
    """As if nothing had come from it for so long, while the others were heard a moment ago."""
    peer.leg.transport.heard_ns -= silent_ns


async def test_close_notify_closes_the_leg_and_its_tracks(
    relay, raw_peer, eventually, rtp_packet, tap, events
):
    sender, _ = await pair(relay, raw_peer, tap)
    sender.send_rtp(rtp_packet(VOICE, 1))
    await eventually(lambda: tap.opened)
    await sender.leave()
    await eventually(lambda: events.states("sender")[-1] is Presence.CLOSED)
    assert tap.closed == {1: GapCause.LEG_GONE}
    assert relay.rooms() == {CALL: ("receiver",)}
    assert [e.cause for e in events if isinstance(e, LegState)][-1] == "left"
    assert len(relay.directory) == 1


async def test_a_silent_leg_is_gone_and_comes_back(
    relay, raw_peer, eventually, rtp_packet, tap, events
):
    sender, receiver = await pair(relay, raw_peer, tap)
    sender.send_rtp(rtp_packet(VOICE, 1))
    await eventually(lambda: receiver.rtp)
    silent(sender)
    await eventually(lambda: events.states("sender")[-1] is Presence.GONE)
    assert tap.closed == {1: GapCause.LEG_GONE}
    sender.send_rtp(rtp_packet(VOICE, 90))
    await eventually(lambda: events.states("sender")[-1] is Presence.CONNECTED)
    assert [t.source for t in tap.opened.values()] == [MIC, MIC]
    await eventually(lambda: len(receiver.rtp) == 2)
    ssrcs = {p[8:12] for p in receiver.rtp}
    assert len(ssrcs) == 1, "the same publisher stream goes on in the same slot"


async def test_a_gone_subscriber_gets_nothing_and_then_a_new_run(
    relay, raw_peer, eventually, rtp_packet, events
):
    sender, receiver = await pair(relay, raw_peer)
    sender.send_rtp(rtp_packet(FACE, 1, video=True, key=True))
    await eventually(lambda: receiver.rtp)
    silent(receiver)
    await eventually(lambda: events.states("receiver")[-1] is Presence.GONE)
    sender.send_rtp(rtp_packet(FACE, 2, video=True))
    await eventually(lambda: sender.leg.uplinks[FACE].stats.packets == 2)
    receiver.check()
    await eventually(lambda: events.states("receiver")[-1] is Presence.CONNECTED)
    sender.send_rtp(rtp_packet(FACE, 3, video=True))
    sender.send_rtp(rtp_packet(FACE, 4, video=True, key=True))
    await eventually(lambda: len(receiver.rtp) == 2)
    first, second = (int.from_bytes(p[2:4], "big") for p in receiver.rtp)
    assert second == (first + 1) & 0xFFFF


async def test_a_check_alone_keeps_a_leg_present(relay, raw_peer, eventually, events):
    sender, receiver = await pair(relay, raw_peer)
    for _ in range(4):  # twice as long as one may be silent, and never so long at a time
        silent(sender, presence.GONE_AFTER_NS // 2)
        before = len(sender.stun)
        sender.check()
        await eventually(lambda n=before: len(sender.stun) > n)
    silent(receiver)
    await eventually(lambda: events.states("receiver")[-1] is Presence.GONE)
    assert Presence.GONE not in events.states("sender")


async def test_a_leg_gone_too_long_is_closed(relay, raw_peer, eventually, events, monkeypatch):
    monkeypatch.setattr(presence, "GONE_AFTER_NS", 100_000_000)
    monkeypatch.setattr(presence, "KEPT_NS", 200_000_000)
    await pair(relay, raw_peer)
    await eventually(lambda: events.states("receiver")[-1] is Presence.CLOSED)
    assert relay.rooms() == {CALL: ()}


async def test_a_reload_takes_a_fresh_slot_and_renews_the_spent_one(
    relay, raw_peer, eventually, rtp_packet, tap, events
):
    sender, receiver = await pair(relay, raw_peer, tap)
    sender.send_rtp(rtp_packet(VOICE, 1))
    await eventually(lambda: receiver.rtp)
    first_ssrc = receiver.ssrc_of("audio-1")
    again = await raw_peer("sender", "counter", {"microphone": VOICE, "camera": FACE})
    assert again.number == 2
    assert tap.closed == {1: GapCause.LEG_GONE}
    again.send_rtp(rtp_packet(VOICE, 1))
    await eventually(lambda: len(receiver.rtp) == 2)
    assert events.streams("receiver") == {"audio-2": ("sender", MIC)}
    await eventually(lambda: events.reoffers("receiver"))
    await receiver.answer(events.reoffers("receiver")[-1])
    assert receiver.ssrc_of("audio-1") != first_ssrc
    assert len(events.reoffers("receiver")) == 1
    for _ in range(2):  # more reloads than slots
        last = await raw_peer("sender", "counter", {"microphone": VOICE})
        last.send_rtp(rtp_packet(VOICE, 1))
        await eventually(lambda: "sender" in str(events.streams("receiver")))
        await eventually(lambda: events.reoffers("receiver")[-1].number > receiver.number)
        await receiver.answer(events.reoffers("receiver")[-1])
    before = len(receiver.rtp)
    last.send_rtp(rtp_packet(VOICE, 2))
    await eventually(lambda: len(receiver.rtp) > before)


async def test_without_a_fresh_slot_media_waits_for_the_answer(
    relay, raw_peer, eventually, rtp_packet, events
):
    _, receiver = await pair(relay, raw_peer)
    for _ in range(4):
        sender = await raw_peer("sender", "counter", {"microphone": VOICE})
        sender.send_rtp(rtp_packet(VOICE, 1))
        await eventually(lambda s=sender: s.leg.uplinks[VOICE].track)
    assert len(receiver.rtp) == 3
    await eventually(lambda: events.reoffers("receiver"))
    await asyncio.sleep(0.5)
    assert len(events.reoffers("receiver")) == 1, "one outstanding offer, the rest coalesce"
    await receiver.answer(events.reoffers("receiver")[0])
    sender.send_rtp(rtp_packet(VOICE, 2))
    await eventually(lambda: len(receiver.rtp) == 4)


async def test_an_answer_to_an_older_offer_is_refused(relay, raw_peer, eventually):
    await relay.open_room(CALL, None)
    peer = await raw_peer("a", "x", {})
    restarted = await relay.restart_leg(CALL, "a")
    with pytest.raises(StaleAnswer):
        await relay.answer_leg(CALL, "a", peer.number, "v=0")
    await peer.answer(restarted)
    with pytest.raises(StaleAnswer):
        await peer.answer(restarted)


async def test_an_ice_restart_keeps_the_call_and_retires_old_credentials(
    relay, raw_peer, eventually, rtp_packet
):
    sender, receiver = await pair(relay, raw_peer)
    old_sdp = sender.sdp
    await sender.answer(await relay.restart_leg(CALL, "sender"))
    new_sdp = sender.sdp
    assert new_sdp != old_sdp
    before = len(sender.stun)
    sender.sdp = old_sdp
    sender.check(nominate=False)
    await eventually(lambda: len(sender.stun) == before + 1)
    await sender.open_socket()  # another address, as after a change of network
    sender.sdp = new_sdp
    sender.check()
    await eventually(lambda: len(sender.stun) == before + 2)
    sender.sdp = old_sdp
    sender.check()
    sender.sdp = new_sdp
    sender.check()
    await eventually(lambda: len(sender.stun) == before + 3)
    assert relay.counters["stun.unknown_ufrag"] == 1
    sender.send_rtp(rtp_packet(VOICE, 1))
    await eventually(lambda: receiver.rtp)


async def test_strangers_are_refused_by_name(relay):
    with pytest.raises(UnknownRoom):
        await relay.admit_leg("nowhere", "a", [])
    await relay.open_room(CALL, None)
    with pytest.raises(UnknownLeg):
        await relay.answer_leg(CALL, "nobody", 1, "v=0")
    with pytest.raises(BadLeg):
        await relay.open_leg(CALL, LegSpec("a", "x", True, True, (CAM, CAM)))
    with pytest.raises(BadLeg):
        await relay.open_leg(CALL, LegSpec("a", "x", True, True, (MIC,)))
    await relay.close_leg(CALL, "nobody")
    await relay.close_room("nowhere")


async def test_the_desk_closes_in_order(relay, raw_peer, eventually, rtp_packet, tap, events):
    sender, receiver = await pair(relay, raw_peer, tap)
    sender.send_rtp(rtp_packet(VOICE, 1))
    await eventually(lambda: tap.opened)
    await relay.close_leg(CALL, "sender")
    assert tap.closed == {1: None}
    await eventually(lambda: sender.dtls_states[-1].value == "closed")
    await relay.close_room(CALL)
    assert events.states("receiver")[-1] is Presence.CLOSED
    await eventually(lambda: receiver.dtls_states[-1].value == "closed")
    assert len(relay.directory) == 0


async def test_thirty_joins_and_leaves_leave_nothing_behind(
    relay, raw_peer, eventually, rtp_packet, events
):
    await relay.open_room(CALL, None)
    await relay.admit_leg(CALL, "hall", [MIC])
    stays = await raw_peer("hall", "hall", {"microphone": 3333})
    tasks = len(asyncio.all_tasks())
    for number in range(30):
        leg = f"page-{number}"
        await relay.admit_leg(CALL, leg, [MIC])
        peer = await raw_peer(leg, "counter", {"microphone": VOICE})
        peer.send_rtp(rtp_packet(VOICE, 1))
        stays.send_rtp(rtp_packet(3333, number + 1))
        await eventually(lambda p=peer: p.rtp)
        if number % 2:
            await peer.leave()
            await eventually(lambda n=leg: events.states(n)[-1] is Presence.CLOSED)
        await relay.close_leg(CALL, leg)
        await peer.leave()
        for offer in events.reoffers("hall"):
            if offer.number > stays.number:
                await stays.answer(offer)
    await eventually(lambda: len(asyncio.all_tasks()) == tasks)
    assert relay.rooms() == {CALL: ("hall",)}
    assert len(relay.directory) == 1
    assert len(relay._sockets[0].peers) == 1
    room = relay._rooms[CALL]
    assert set(room._admitted) == {"hall"}
    assert (len(room._offers), len(room._reports), len(room._tasks)) == (1, 1, 0)
    # The rates of the last tick were measured over streams of legs that have left since.
    await eventually(lambda: legs_in_memory() == 1)


def legs_in_memory() -> int:
    gc.collect()
    return sum(isinstance(thing, Leg) for thing in gc.get_objects())
