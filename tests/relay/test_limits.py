"""What a leg may still send when its line is too narrow for all of it."""

import pytest

from casework.model.line import Rung
from casework.ports import GapCause, TrackSource
from signaling.relay import rtcp
from signaling.relay.ceiling import AUDIO_BITS, LOWERED_VIDEO_BITS
from signaling.relay.spec import LegSpec

MIC, CAM = TrackSource.MICROPHONE, TrackSource.CAMERA
CALL = "call-1"
VOICE, FACE = 1111, 2222


@pytest.fixture
def send(rtp_packet):
    """Sends one packet of each, the picture a keyframe."""

    def both(peer, number):
        peer.send_rtp(rtp_packet(VOICE, number))
        peer.send_rtp(rtp_packet(FACE, number, number, video=True, key=True))

    return both


async def pair(relay, raw_peer, tap=None):
    await relay.open_room(CALL, tap)
    await relay.admit_leg(CALL, "sender", [MIC, CAM])
    sender = await raw_peer("sender", "counter", {"microphone": VOICE, "camera": FACE})
    return sender, await raw_peer("receiver", "hall", {"microphone": 3333})


async def test_audio_first_closes_the_picture_with_its_cause_and_lets_sound_pass(
    relay, raw_peer, eventually, send, tap, events
):
    sender, receiver = await pair(relay, raw_peer, tap)
    send(sender, 1)
    await eventually(lambda: len(receiver.rtp) == 2)
    await relay.limit_leg(CALL, "sender", Rung.AUDIO_FIRST, GapCause.BAD_LINE)
    picture = next(n for n, track in tap.opened.items() if track.source is CAM)
    assert tap.closed == {picture: GapCause.BAD_LINE}
    assert set(events.streams("receiver").values()) == {("sender", MIC)}
    send(sender, 2)  # a page that has not heard of it yet
    await eventually(lambda: len(receiver.rtp) == 3)
    await eventually(lambda: sender.leg.uplinks[FACE].stats.packets == 2)
    assert len(tap.packets[picture]) == 1

    await relay.limit_leg(CALL, "sender", Rung.LOWER_VIDEO)
    send(sender, 3)
    await eventually(lambda: len(receiver.rtp) == 5)
    assert [track.source for track in tap.opened.values()].count(CAM) == 2
    pictures = [p for p in receiver.rtp if p[1] & 0x7F == 96]
    first, second = (int.from_bytes(p[2:4], "big") for p in pictures)
    assert second == (first + 1) & 0xFFFF  # a pause leaves no hole


@pytest.mark.parametrize("rung", [Rung.FULL, Rung.LOWER_VIDEO, Rung.STILLS])
async def test_other_rungs_pause_nothing(relay, raw_peer, eventually, send, rung):
    sender, receiver = await pair(relay, raw_peer)
    await relay.limit_leg(CALL, "sender", rung)
    send(sender, 1)
    await eventually(lambda: len(receiver.rtp) == 2)


async def test_a_limit_outlives_the_page_and_ends_with_the_leg(
    relay, raw_peer, eventually, send, tap
):
    sender, receiver = await pair(relay, raw_peer, tap)
    await relay.limit_leg(CALL, "sender", Rung.AUDIO_FIRST, GapCause.PAUSE)
    again = await raw_peer("sender", "counter", {"microphone": VOICE, "camera": FACE})
    send(again, 1)
    await eventually(lambda: receiver.rtp)
    assert [track.source for track in tap.opened.values()] == [MIC]
    await relay.close_leg(CALL, "sender")
    await relay.admit_leg(CALL, "sender", [MIC, CAM])
    fresh = await raw_peer("sender", "counter", {"microphone": VOICE, "camera": FACE})
    send(fresh, 1)
    await eventually(lambda: len(receiver.rtp) >= 3)
    assert [track.source for track in tap.opened.values()].count(CAM) == 1
    del sender


async def test_consent_withdrawn_in_a_pause_stays_withdrawn(relay, raw_peer, eventually, send, tap):
    sender, receiver = await pair(relay, raw_peer, tap)
    await relay.limit_leg(CALL, "sender", Rung.AUDIO_FIRST, GapCause.BAD_LINE)
    await relay.admit_leg(CALL, "sender", [MIC], GapCause.CONSENT_WITHDRAWN)
    await relay.limit_leg(CALL, "sender", Rung.FULL)
    send(sender, 1)
    await eventually(lambda: receiver.rtp)
    await eventually(lambda: sender.leg.uplinks[FACE].stats.packets == 1)
    assert [track.source for track in tap.opened.values()] == [MIC]


async def test_a_lowered_leg_is_allowed_little_and_says_what_it_moves(
    relay, raw_peer, eventually, send, events
):
    sender, _receiver = await pair(relay, raw_peer)

    def allowed():
        packets = [p for compound in sender.rtcp for p in rtcp.walk(compound)]
        told = [p for p in packets if p.kind == rtcp.PAYLOAD_FEEDBACK]
        return [
            bits
            for p in told
            if p.count == rtcp.APPLICATION_LAYER and (bits := rtcp.estimated_bitrate(p))
        ]

    send(sender, 1)
    await eventually(lambda: allowed() and allowed()[-1] > 1_000_000)
    await relay.limit_leg(CALL, "sender", Rung.LOWER_VIDEO)
    send(sender, 2)
    await eventually(lambda: allowed()[-1] <= LOWERED_VIDEO_BITS + AUDIO_BITS)
    await eventually(lambda: any(e.up_videos == 1 for e in events.qualities("sender")))
    await eventually(
        lambda: (
            events.qualities("sender")[-1].up_ceiling_kbps
            == (LOWERED_VIDEO_BITS + AUDIO_BITS) // 1000
        )
    )
    assert events.qualities("sender")[-1].down_estimate_kbps is None


async def test_it_may_be_told_before_the_leg_is_there(relay):
    await relay.open_room(CALL, None)
    await relay.limit_leg(CALL, "sender", Rung.AUDIO_FIRST, GapCause.BAD_LINE)
    await relay.open_leg(CALL, LegSpec("sender", "counter", microphone=True, speaker=True))
