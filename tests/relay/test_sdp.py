"""The offer every client gets, and answers, honest and hostile."""

import contextlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.ports import TrackKind, TrackSource
from signaling.relay.errors import BadAnswer
from signaling.relay.ice import IceCredentials
from signaling.relay.publications import up_sections
from signaling.relay.sdp_answer import LONGEST_ANSWER, read_answer
from signaling.relay.sdp_offer import Direction, TransportDescription, write_offer
from signaling.relay.slots import SlotPool, SlotState
from signaling.relay.spec import LegSpec

PRINT = ":".join(["AB"] * 32)
SPEC = LegSpec(
    "leg",
    "site",
    microphone=True,
    speaker=True,
    videos=(TrackSource.CAMERA, TrackSource.CITIZEN_CAMERA),
)
SECTIONS = [*up_sections(SPEC), *SlotPool(speaker=True).sections()]
TRANSPORT = TransportDescription(
    IceCredentials("ufrag123", "p" * 24), PRINT, (("192.0.2.1", 5000), ("2001:db8::1", 5000))
)
OFFER = write_offer(77, 1, TRANSPORT, SECTIONS)


def answer(**changes: str) -> str:
    """An honest answer; `changes` replace attributes by name (dashes as underscores)."""
    values = {"setup": "active", "ice_ufrag": "abcd", "ice_pwd": "q" * 24}
    values |= {"fingerprint": f"sha-256 {PRINT}"} | changes
    lines = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0"]
    for number, section in enumerate(SECTIONS):
        payload_type = 111 if section.kind == "audio" else 96
        lines.append(f"m={section.kind} 9 UDP/TLS/RTP/SAVPF {payload_type}")
        lines += [f"a=mid:{section.mid}", "a=rtcp-mux"]
        lines += [f"a={name.replace('_', '-')}:{value}" for name, value in values.items()]
        if section.ssrc is None:
            lines += [
                "a=sendonly",
                f"a=ssrc:{1000 + number} cname:x",
                f"a=ssrc:{1000 + number} msid:x",
            ]
        else:
            lines.append("a=recvonly")
    return "\r\n".join(lines) + "\r\n"


def test_the_offer_is_one_bundle_of_fixed_payload_types_without_mid_extension():
    assert OFFER.startswith("v=0\r\no=- 77 1 IN IP4 127.0.0.1\r\n")
    assert "a=ice-lite\r\n" in OFFER
    assert set(re.findall(r"^m=.*", OFFER, re.MULTILINE)) == {
        "m=audio 5000 UDP/TLS/RTP/SAVPF 111\r",
        "m=video 5000 UDP/TLS/RTP/SAVPF 96\r",
    }
    assert "sdes:mid" not in OFFER
    for section in OFFER.split("m=")[1:]:
        up = "a=recvonly" in section
        assert ("transport-wide-cc" in section) == ("transport-cc" in section) == up
    assert "rtx" not in OFFER
    assert OFFER.count("a=rtcp-fb:111 nack\r\n") == 4
    assert OFFER.count("useinbandfec=1") == 4
    assert "a=candidate:2 1 udp 2130706175 2001:db8::1 5000 typ host" in OFFER
    assert OFFER.count("a=recvonly") == 3
    assert OFFER.count("a=sendonly") == 9


def test_mids_of_up_lines_are_sources_and_down_lines_declare_their_ssrc():
    mids = re.findall(r"^a=mid:(.*)\r$", OFFER, re.MULTILINE)
    assert mids[:3] == ["microphone", "camera", "citizen_camera"]
    assert mids[3:6] == ["audio-1", "audio-2", "audio-3"]
    assert mids[6:] == [f"video-{n}" for n in range(1, 7)]
    ssrcs = re.findall(r"^a=ssrc:(\d+)", OFFER, re.MULTILINE)
    assert len(set(ssrcs)) == 9
    assert max(len(mid) for mid in mids) <= 16


def test_no_speaker_no_audio_slots():
    mids = [s.mid for s in SlotPool(speaker=False).sections()]
    assert mids == [f"video-{n}" for n in range(1, 7)]


def test_an_honest_answer_is_read():
    got = read_answer(answer(), SECTIONS)
    assert got.active
    assert got.fingerprints == (("sha-256", PRINT),)
    assert [s.ssrc for s in got.sections] == [1000, 1001, 1002] + [None] * 9
    assert [s.direction for s in got.sections] == [Direction.SENDONLY] * 3 + [
        Direction.RECVONLY
    ] * 9


def test_a_line_may_be_refused_and_a_direction_withheld():
    sdp = answer().replace("a=sendonly", "a=inactive", 1)
    assert read_answer(sdp, SECTIONS).sections[0].ssrc is None
    sdp = answer().replace("m=audio 9", "m=audio 0", 1)
    assert read_answer(sdp, SECTIONS).sections[0].direction is Direction.INACTIVE


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda s: "", "does not begin"),
        (lambda s: "v=1\r\n", "does not begin"),
        (lambda s: s + "x" * LONGEST_ANSWER, "too long"),
        (lambda s: s + "a=x\r\n" * 3000, "too many lines"),
        (lambda s: s + "a=" + "x" * 2000, "too many lines"),
        (lambda s: s[: s.rindex("m=")], "number of m-lines"),
        (lambda s: s + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", "number of m-lines"),
        (lambda s: s.replace("m=audio", "m=application", 1), "an m-line is not"),
        (lambda s: s.replace("m=audio", "m=video", 1), "another kind"),
        (lambda s: s.replace("SAVPF 111", "SAVPF 112", 1), "payload type"),
        (lambda s: s.replace("a=mid:camera", "a=mid:kamera"), "another mid"),
        (lambda s: s.replace("a=rtcp-mux\r\n", "", 1), "rtcp-mux"),
        (lambda s: s.replace("a=sendonly", "a=sendrecv", 1), "direction"),
        (lambda s: s.replace("a=recvonly", "a=sendrecv", 1), "direction"),
        (lambda s: s.replace("a=recvonly", "a=recvonly\r\na=inactive", 1), "two directions"),
        (lambda s: s.replace("a=setup:active", "a=setup:actpass"), "setup"),
        (lambda s: s.replace("a=setup:active\r\n", ""), "setup is missing"),
        (lambda s: s.replace("a=setup:active", "a=setup:passive", 1), "differ in setup"),
        (lambda s: s.replace("a=ice-ufrag:abcd", "a=ice-ufrag:ab d"), "ice-ufrag"),
        (lambda s: s.replace("a=ice-ufrag:abcd\r\n", ""), "ice-ufrag is missing"),
        (lambda s: s.replace("q" * 24, "q" * 21), "ice-pwd"),
        (lambda s: s.replace("a=fingerprint:sha-256", "a=fingerprint:sha-1"), "missing"),
        (lambda s: s.replace("AB:AB", "AB:XY", 1), "fingerprint"),
        (lambda s: s.replace("a=ssrc:1000", "a=ssrc:0"), "out of range"),
        (lambda s: s.replace("a=ssrc:1000", "a=ssrc:4294967296"), "out of range"),
        (lambda s: s.replace("a=ssrc:1000", "a=ssrc:-5"), "ssrc"),
        (lambda s: s.replace("a=ssrc:1001", "a=ssrc:1000"), "two m-lines"),
        (
            lambda s: s.replace(
                "a=ssrc:1000 cname:x", "\r\n".join(f"a=ssrc:{n} cname:x" for n in range(1, 7))
            ),
            "too many SSRCs",
        ),
        (lambda s: re.sub("m=(audio|video) 9", r"m=\1 0", s), "every m-line"),
    ],
)
def test_a_hostile_answer_is_refused_with_a_reason(damage, words):
    with pytest.raises(BadAnswer, match=words):
        read_answer(damage(answer()), SECTIONS)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_answers_are_read_or_refused(data):
    sdp = list(answer())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(sdp) - 1))
        kind = data.draw(st.sampled_from(["cut", "set", "double"]))
        if kind == "cut":
            del sdp[at : at + data.draw(st.integers(1, 40))]
        elif kind == "set":
            sdp[at] = data.draw(st.characters())
        else:
            sdp[at:at] = sdp[at : at + 60]
        if not sdp:
            return
    with contextlib.suppress(BadAnswer):
        read_answer("".join(sdp), SECTIONS)


def test_a_slot_goes_around_with_a_new_ssrc_each_time():
    pool = SlotPool(speaker=True)
    assert pool.take(TrackKind.AUDIO) is None, "nothing is ready before an answer"
    pool.answered(pool.sections(), {"audio-1", "audio-2"})
    slot = pool.take(TrackKind.AUDIO, prefer={2})
    assert slot is not None
    assert slot.mid == "audio-2"
    other = pool.take(TrackKind.AUDIO)
    assert other is not None
    assert other.mid == "audio-1"
    assert pool.take(TrackKind.AUDIO) is None, "audio-3 was not accepted"
    old = slot.ssrc
    pool.release(slot)
    assert pool.take(TrackKind.AUDIO) is None, "a spent SSRC is never used again"
    assert pool.renew_spent()
    assert slot.ssrc != old
    assert pool.take(TrackKind.AUDIO) is None, "the page does not know the new SSRC yet"
    pool.answered(pool.sections(), {"audio-1", "audio-2"})
    assert pool.take(TrackKind.AUDIO) is slot
    assert slot.state is SlotState.TAKEN
