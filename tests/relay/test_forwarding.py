"""What a subscriber gets, packet by packet, with peers made by hand."""

import asyncio

from casework.ports import GapCause, TrackKind, TrackSource
from signaling.relay import rtcp
from signaling.relay.negotiation import COALESCE_SECONDS
from signaling.relay.spec import Route

MIC, CAM = TrackSource.MICROPHONE, TrackSource.CAMERA
CALL = "call-1"
VOICE, FACE = 1111, 2222


def sequences(packets):
    return [int.from_bytes(p[2:4], "big") for p in packets]


async def pair(relay, raw_peer, tap=None):
    """A publisher (all admitted) and a subscriber in another site."""
    await relay.open_room(CALL, tap)
    await relay.admit_leg(CALL, "sender", list(TrackSource))
    sender = await raw_peer("sender", "counter", {"microphone": VOICE, "camera": FACE})
    receiver = await raw_peer("receiver", "hall", {"microphone": 3333})
    return sender, receiver


async def test_a_packet_is_rewritten_and_stamped(relay, raw_peer, eventually, rtp_packet, tap):
    sender, receiver = await pair(relay, raw_peer, tap)
    sent = rtp_packet(VOICE, 700, 48_000, b"hello")
    sender.send_rtp(sent)
    await eventually(lambda: receiver.rtp)
    got = receiver.rtp[0]
    assert int.from_bytes(got[8:12], "big") == receiver.ssrc_of("audio-1")
    assert got[:2] == sent[:2]
    assert got[4:8] == sent[4:8]
    assert got[12:17] == sent[12:17]
    assert got[17:20] != b"\0\0\0"
    assert got[20:] == b"hello"
    assert tap.packets == {1: [sent]}


async def test_sequence_numbers_run_on_across_the_wrap(relay, raw_peer, eventually, rtp_packet):
    sender, receiver = await pair(relay, raw_peer)
    for number in range(65_500, 65_600):
        sender.send_rtp(rtp_packet(VOICE, number))
    await eventually(lambda: len(receiver.rtp) == 100)
    first = sequences(receiver.rtp)[0]
    assert sequences(receiver.rtp) == [(first + n) & 0xFFFF for n in range(100)]


async def test_nothing_passes_before_admission(relay, raw_peer, eventually, rtp_packet, tap):
    sender, receiver = await pair(relay, raw_peer, tap)
    await relay.admit_leg(CALL, "sender", [CAM])
    sender.send_rtp(rtp_packet(VOICE, 1))
    sender.send_rtp(rtp_packet(FACE, 1, video=True, key=True))
    await eventually(lambda: receiver.rtp)
    assert [t.source for t in tap.opened.values()] == [CAM]
    assert len(receiver.rtp) == 1
    await relay.admit_leg(CALL, "sender", [], GapCause.CONSENT_WITHDRAWN)
    assert tap.closed == {1: GapCause.CONSENT_WITHDRAWN}
    sender.send_rtp(rtp_packet(FACE, 2, video=True))
    await relay.admit_leg(CALL, "sender", [MIC])
    sender.send_rtp(rtp_packet(VOICE, 2))
    await eventually(lambda: len(receiver.rtp) == 2)
    assert [t.source for t in tap.opened.values()] == [CAM, MIC]


async def test_video_begins_with_a_keyframe(relay, raw_peer, eventually, rtp_packet):
    sender, receiver = await pair(relay, raw_peer)
    for number in range(5):
        sender.send_rtp(rtp_packet(FACE, number, video=True, key=number == 3))
    await eventually(lambda: len(receiver.rtp) == 2)
    asked = lambda: [  # noqa: E731 - polled
        p.count == rtcp.PICTURE_LOSS and rtcp.feedback_target(p) == FACE
        for c in sender.rtcp
        for p in rtcp.walk(c)
        if p.kind == rtcp.PAYLOAD_FEEDBACK
    ]
    await eventually(lambda: any(asked()))
    assert len(receiver.rtp) == 2


async def test_a_leg_without_a_speaker_gets_no_sound_and_no_offers_for_it(
    relay, raw_peer, eventually, rtp_packet, events
):
    await relay.open_room(CALL, None)
    await relay.admit_leg(CALL, "sender", list(TrackSource))
    sender = await raw_peer("sender", "counter", {"microphone": VOICE, "camera": FACE})
    screen = await raw_peer("screen", "hall", {}, speaker=False)
    sender.send_rtp(rtp_packet(VOICE, 1))
    sender.send_rtp(rtp_packet(FACE, 1, video=True, key=True))
    await eventually(lambda: screen.rtp)
    await asyncio.sleep(3 * COALESCE_SECONDS)
    assert [source for _, source in events.streams("screen").values()] == [CAM]
    assert events.reoffers("screen") == []


async def test_a_pause_leaves_no_hole(relay, raw_peer, eventually, rtp_packet, events):
    sender, receiver = await pair(relay, raw_peer)
    sender.send_rtp(rtp_packet(VOICE, 10))
    await eventually(lambda: len(receiver.rtp) == 1)
    hold = Route("sender", "receiver", TrackKind.AUDIO, forward=False)
    await relay.set_routes(CALL, [hold])
    assert events.streams("receiver") == {}
    sender.send_rtp(rtp_packet(VOICE, 11))
    sender.send_rtp(rtp_packet(VOICE, 12))
    await eventually(lambda: sender.leg.uplinks[VOICE].stats.packets == 3)
    await relay.set_routes(CALL, [])
    assert events.streams("receiver") == {"audio-1": ("sender", MIC)}
    sender.send_rtp(rtp_packet(VOICE, 13))
    sender.send_rtp(rtp_packet(VOICE, 12))  # a replay from the pause
    await eventually(lambda: len(receiver.rtp) == 2)
    first, second = sequences(receiver.rtp)
    assert second == (first + 1) & 0xFFFF


async def test_a_resend_is_byte_identical(relay, raw_peer, eventually, rtp_packet):
    """Across the 16-bit wrap, under AES-GCM: another ciphertext would repeat a nonce."""
    sender, receiver = await pair(relay, raw_peer)
    for number in range(65_480, 65_600):
        sender.send_rtp(rtp_packet(VOICE, number, payload=b"%d" % number))
    await eventually(lambda: len(receiver.raw_rtp) == 120)
    first_time = {p[2:4]: p for p in receiver.raw_rtp}
    ssrc = receiver.ssrc_of("audio-1")
    asked = sequences(receiver.raw_rtp)[::7]
    receiver.send_rtcp(rtcp.build_nack(9, ssrc, asked))
    await eventually(lambda: len(receiver.raw_rtp) == 120 + len(asked))
    resent = receiver.raw_rtp[120:]
    assert sorted(sequences(resent)) == sorted(asked)
    assert all(first_time[p[2:4]] == p for p in resent)
    assert len(receiver.rtp) == 120


async def test_a_wrong_payload_type_or_foreign_ssrc_is_dropped(
    relay, raw_peer, eventually, rtp_packet
):
    sender, receiver = await pair(relay, raw_peer)
    sender.send_rtp(rtp_packet(VOICE, 1, video=True))
    sender.send_rtp(rtp_packet(4444, 1))
    sender.send_rtp(rtp_packet(VOICE, 2))
    await eventually(lambda: receiver.rtp)
    assert len(receiver.rtp) == 1
    assert relay.counters["rtp.wrong_payload_type"] == 1
    assert relay.counters["rtp.unknown_ssrc"] == 1


async def test_an_undeclared_ssrc_is_latched_once(relay, raw_peer, eventually, rtp_packet):
    await relay.open_room(CALL, None)
    await relay.admit_leg(CALL, "sender", list(TrackSource))
    cameras = {"citizen_camera": 21, "document_camera": 22}
    sender = await raw_peer("sender", "counter", cameras)
    sender.send_rtp(rtp_packet(7, 1))
    sender.send_rtp(rtp_packet(8, 1, video=True, key=True))
    await eventually(lambda: {7, 8} <= set(sender.leg.uplinks))
    assert sender.leg.uplinks[7].source is MIC
    assert sender.leg.uplinks[8].source is CAM
    sender.send_rtp(rtp_packet(9, 1))  # the microphone's m-line is taken
    sender.send_rtp(rtp_packet(21, 1))  # audio on a camera's SSRC
    await eventually(lambda: relay.counters["rtp.wrong_payload_type"] == 1)
    assert relay.counters["rtp.unknown_ssrc"] == 1
    assert set(sender.leg.uplinks) == {7, 8, 21, 22}


async def test_two_undeclared_cameras_are_not_guessed(relay, raw_peer, eventually, rtp_packet):
    await relay.open_room(CALL, None)
    sender = await raw_peer("sender", "counter", {"microphone": VOICE})
    sender.send_rtp(rtp_packet(8, 1, video=True, key=True))
    await eventually(lambda: relay.counters["rtp.unknown_ssrc"] == 1)
    assert set(sender.leg.uplinks) == {VOICE}
