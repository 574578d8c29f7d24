"""When a part begins and ends, and that a change of parts loses nothing it need not lose."""

import json
import subprocess

import pytest

from casework.ports import GapCause, TrackInfo, TrackKind, TrackSource
from recording.checks import decode
from recording.parts import PartReader

MS = 1_000_000
S = 1_000_000_000
KEY = bytes(range(32))


def webm_of(scene, part):
    return b"".join(PartReader.open(scene.directory, part).plaintexts(KEY))


def totals(scene):
    return (
        sum(part.video_frames for part in scene.closed),
        sum(part.audio_frames for part in scene.closed),
    )


def test_sound_gets_its_own_part_until_the_keyframe_comes(
    scene, camera, microphone, synthetic, media
):
    """The camera joins in the middle of its stream: deltas first, the keyframe 3 s later."""
    video, audio = camera(), microphone()
    scene.open(1)
    scene.open(2)
    without_first = [p for p in video.sent if p.frame > 0]
    stream = synthetic.merged([(2, p) for p in without_first], [(1, p) for p in audio.sent])
    scene.play(stream, until_ns=scene.clock.ns + 13 * S)
    scene.end()

    assert [part.sources for part in scene.opened] == [["microphone"], ["camera", "microphone"]]
    assert scene.opened[1].previous == scene.opened[0].part
    assert scene.opened[0].mono_ms == pytest.approx(1_000_005, abs=2)
    assert totals(scene) == (len(media.video) - 45, len(media.audio))
    [line] = scene.gaps
    assert (line.source, line.frames, line.cause) == ("camera", 44, GapCause.LOSS)
    assert line.from_mono_ms == pytest.approx(1_000_071, abs=2)
    assert line.to_mono_ms == pytest.approx(1_003_005, abs=2)
    first_ask = scene.asked[0][1] - scene.clock.ns
    assert scene.asked[0][0] == 2
    assert first_ask <= 200 * MS
    for part in scene.opened:
        assert decode(webm_of(scene, part.part)).errors == 0


def test_voice_and_face_of_a_citizen_elsewhere_are_one_part(
    scene, camera, microphone, synthetic, media
):
    site = {"leg": "citizen", "site": "citizen"}
    scene.open(1, **site)
    scene.open(2, source=TrackSource.CITIZEN_CAMERA, **site)
    stream = synthetic.merged([(2, p) for p in camera().sent], [(1, p) for p in microphone().sent])
    scene.play(stream, until_ns=scene.clock.ns + 13 * S)
    scene.end()
    [part] = scene.opened
    assert (part.site, part.sources) == ("citizen", ["citizen_camera", "microphone"])
    assert totals(scene) == (len(media.video), len(media.audio))
    assert scene.gaps == []
    assert decode(webm_of(scene, part.part)).errors == 0


def test_sound_that_starts_late_is_joined_at_the_next_keyframe(
    scene, camera, microphone, synthetic, media
):
    start = scene.clock.ns
    video = camera()
    audio = microphone(start + 1 * S, packets=media.audio[:500])
    scene.open(2)
    scene.play([(2, p) for p in video.sent if p.at_ns < start + 1 * S])
    scene.open(1)
    rest = [(2, p) for p in video.sent if p.at_ns >= start + 1 * S]
    scene.play(synthetic.merged(rest, [(1, p) for p in audio.sent]), until_ns=start + 13 * S)
    scene.end()
    assert [part.sources for part in scene.opened] == [
        ["camera"],
        ["microphone"],
        ["camera", "microphone"],
    ]
    assert totals(scene) == (len(media.video), 500)
    assert scene.gaps == []
    assert any(track == 2 for track, _ in scene.asked)


def test_ramp_up_of_the_resolution_stays_in_the_part(scene, camera, synthetic, tmp_path):
    frames = synthetic.vp8_frames(4, sizes={15: (480, 270), 30: (640, 360)}, size=(160, 90))
    scene.open(2)
    scene.play([(2, p) for p in camera(frames=frames).sent], until_ns=scene.clock.ns + 6 * S)
    scene.end()
    [part] = scene.opened
    data = webm_of(scene, part.part)
    facts = decode(data)
    assert facts.sizes == ((160, 90), (480, 270), (640, 360))
    assert facts.video_frames == len(frames)
    assert ffprobe(data, tmp_path) == {"video": len(frames)}


def test_ffprobe_counts_what_the_records_count(
    scene, camera, microphone, synthetic, media, tmp_path
):
    scene.open(1)
    scene.open(2)
    stream = synthetic.merged([(2, p) for p in camera().sent], [(1, p) for p in microphone().sent])
    scene.play(stream, until_ns=scene.clock.ns + 13 * S)
    scene.end()
    [closed] = scene.closed
    counts = ffprobe(webm_of(scene, closed.part), tmp_path)
    assert counts == {"audio": closed.audio_frames, "video": closed.video_frames}
    assert counts == {"audio": len(media.audio), "video": len(media.video)}


def ffprobe(data, tmp_path):
    path = tmp_path / "part.webm"
    path.write_bytes(data)
    out = subprocess.run(
        [
            "ffprobe",
            "-v",
            "error",
            "-count_frames",
            "-show_entries",
            "stream=codec_type,nb_read_frames",
            "-of",
            "json",
            path,
        ],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert out.stderr == ""
    return {s["codec_type"]: int(s["nb_read_frames"]) for s in json.loads(out.stdout)["streams"]}


def test_document_camera_is_a_part_of_its_own(scene, camera, microphone, synthetic, media):
    document = camera(ssrc=1004)
    scene.open(1)
    scene.open(2)
    scene.open(4, source=TrackSource.DOCUMENT_CAMERA)
    stream = synthetic.merged(
        [(2, p) for p in camera().sent],
        [(1, p) for p in microphone().sent],
        [(4, p) for p in document.sent],
    )
    scene.play(stream, until_ns=scene.clock.ns + 13 * S)
    scene.end()
    assert sorted(part.sources for part in scene.opened) == [
        ["camera", "microphone"],
        ["document_camera"],
    ]
    assert totals(scene) == (2 * len(media.video), len(media.audio))


@pytest.mark.parametrize("cause", [GapCause.LEG_GONE, GapCause.PAUSE, None])
def test_a_leg_that_comes_back_gets_new_parts_and_a_line(
    scene, camera, microphone, synthetic, cause
):
    start = scene.clock.ns
    for track, at, ssrc in ((10, start, 50), (20, start + 16 * S, 60)):
        video, audio = camera(at, ssrc=ssrc), microphone(at, ssrc=ssrc + 1)
        scene.until(at)
        scene.open(track, ssrc=ssrc)
        scene.open(track + 1, ssrc=ssrc + 1)
        stream = synthetic.merged(
            [(track, p) for p in video.sent], [(track + 1, p) for p in audio.sent]
        )
        scene.play(stream, until_ns=at + 12 * S + 100 * MS)
        scene.close_track(track, cause)
        scene.close_track(track + 1, cause)
    scene.until(start + 30 * S)
    scene.end()
    assert [part.sources for part in scene.opened] == [["camera", "microphone"]] * 2
    assert scene.opened[1].cause == cause
    assert scene.opened[1].previous == scene.opened[0].part
    if cause is None:
        assert scene.gaps == []
        return
    back = [gap for gap in scene.gaps if gap.to_mono_ms < scene.clock.mono_ms() - 1000]
    assert {gap.source for gap in back} == {"camera", "microphone"}
    for gap in back:
        assert gap.cause == cause
        assert gap.frames is None
        assert gap.from_mono_ms == pytest.approx(1_012_000, abs=100)
        assert gap.to_mono_ms == pytest.approx(1_016_005, abs=100)
    # They went again and did not come back: the line closes with the call.
    assert len(scene.gaps) == 4


def test_a_time_stamp_jump_opens_a_new_part(scene, camera, microphone, synthetic, media):
    """The sender's RTP clock leaps an hour ahead while the sequence goes on."""
    video, audio = camera(), microphone()
    leap = camera(
        scene.clock.ns + 6 * S,
        frames=media.video[90:],
        seq=next_seq(video, 90),
        timestamp=90_000 * 3_600,
        picture=90,
    )
    scene.open(1)
    scene.open(2)
    stream = synthetic.merged(
        [(2, p) for p in video.sent if p.frame < 90],
        [(2, p) for p in leap.sent],
        [(1, p) for p in audio.sent],
    )
    scene.play(stream, until_ns=scene.clock.ns + 13 * S)
    scene.end()
    assert [part.sources for part in scene.opened] == [["camera", "microphone"]] * 2
    assert totals(scene) == (len(media.video), len(media.audio))  # frame 90 is a keyframe
    assert scene.opened[1].mono_ms == pytest.approx(1_006_005, abs=25)
    assert all(decode(webm_of(scene, p.part)).monotonic for p in scene.opened)


def next_seq(publisher, frame):
    return next(p.seq for p in publisher.sent if p.frame == frame)


def test_capture_that_stood_still_behind_continuous_time_stamps_is_seen(
    scene, camera, synthetic, media
):
    """Eighteen seconds pass; sequence and RTP time go on as if they had not."""
    start = scene.clock.ns
    late = camera(start + 24 * S, frames=media.video[90:])
    scene.open(2)
    before = camera()
    for packet in late.sent:
        data = bytearray(packet.data)
        shift = 90 * 90_000 // 15
        data[4:8] = ((int.from_bytes(data[4:8], "big") + shift) % 2**32).to_bytes(4, "big")
        packet.seq += next_seq(before, 90)
        data[2:4] = (packet.seq & 0xFFFF).to_bytes(2, "big")
        packet.data = bytes(data)
    scene.play(
        [(2, p) for p in before.sent if p.frame < 90] + [(2, p) for p in late.sent],
        until_ns=start + 32 * S,
    )
    scene.end()
    assert len(scene.opened) == 2
    assert scene.opened[1].mono_ms == pytest.approx(1_024_005, abs=25)
    [line] = scene.gaps
    assert line.from_mono_ms == pytest.approx(1_006_000, abs=100)
    assert line.to_mono_ms == pytest.approx(1_024_005, abs=25)


def test_a_codec_that_cannot_be_recorded_shows_in_health_and_ledger(scene):
    info = TrackInfo(7, "clerk", "counter", TrackSource.CAMERA, TrackKind.VIDEO, "h264", 90_000, 5)
    scene.core.expect("clerk", [TrackSource.CAMERA])
    scene.tap.track_opened(info, scene.clock.ns)
    scene.until(scene.clock.ns + 2 * S)
    assert [(t.ok, t.cause) for t in scene.health.tracks] == [(False, "codec")]
    scene.end()
    [line] = scene.gaps
    assert (line.source, line.cause) == ("camera", GapCause.LEG_GONE)


def test_a_camera_that_is_held_back_from_the_first_moment_has_its_line_and_is_no_fault(
    scene, microphone
):
    start = scene.clock.ns
    both = [TrackSource.CAMERA, TrackSource.MICROPHONE]
    scene.core.expect("clerk", both, {TrackSource.CAMERA: GapCause.PAUSE})
    scene.open(1)
    scene.play([(1, p) for p in microphone().sent])
    assert scene.health.ok
    assert [track.source for track in scene.health.tracks] == ["microphone"]
    scene.end()
    [line] = scene.gaps
    assert (line.source, line.cause) == ("camera", GapCause.PAUSE)
    assert line.from_mono_ms == start // 1_000_000
    assert line.to_mono_ms == scene.clock.mono_ms()


def test_what_was_held_back_and_then_comes_was_missing_until_then(scene, camera):
    start = scene.clock.ns
    scene.core.expect("clerk", [TrackSource.CAMERA], {TrackSource.CAMERA: GapCause.BAD_LINE})
    scene.until(start + 5 * S)
    scene.core.expect("clerk", [TrackSource.CAMERA])
    scene.open(2)
    scene.play([(2, p) for p in camera(start + 5 * S).sent])
    scene.end()
    [line] = scene.gaps
    assert (line.source, line.cause) == ("camera", GapCause.BAD_LINE)
    assert line.from_mono_ms == start // 1_000_000
    assert line.to_mono_ms == pytest.approx(start // 1_000_000 + 5_005, abs=30)


def test_a_camera_that_is_back_without_a_picture_at_the_end_has_its_line(scene, camera):
    start = scene.clock.ns
    scene.core.expect("clerk", [TrackSource.CAMERA])
    scene.open(2)
    sent = [p for p in camera().sent if p.at_ns < start + 3 * S]
    scene.play([(2, p) for p in sent], until_ns=start + 3 * S)
    scene.close_track(2, GapCause.PAUSE)
    scene.until(start + 6 * S)
    scene.open(4, ssrc=2003)
    scene.until(start + 8 * S)
    scene.end()
    [line] = scene.gaps
    assert (line.source, line.cause) == ("camera", GapCause.PAUSE)
    assert line.to_mono_ms - line.from_mono_ms == pytest.approx(5_000, abs=200)


def test_packets_of_no_open_track_and_late_ones_change_nothing(
    scene, camera, microphone, synthetic, media
):
    video, audio = camera(), microphone()
    scene.open(1)
    scene.open(2)
    late = {1: audio.sent[0], 2: video.sent[0]}
    for track, packet in synthetic.merged(
        [(2, p) for p in video.sent], [(1, p) for p in audio.sent]
    ):
        scene.play([(track, packet)])
        scene.hear(99, packet)
        scene.hear(track, late[track])


def test_padding_is_no_picture_and_no_sound(scene, camera, microphone, synthetic, media):
    """A sender that probes the line pads its packets and sends packets that are padding alone; a
    CSRC and an extension stand before the payload.
    """
    padding = bytes(6) + b"\x07"
    streams = []
    for track, publisher in ((2, camera()), (1, microphone())):
        scene.open(track)
        sent = []
        for packet in publisher.sent:
            head, payload = packet.data[:12], packet.data[12:]
            seq = 2 * packet.seq
            padded = b"\xb1" + head[1:] + b"CSRC" + b"\xbe\xde\0\1EXTN" + payload + padding
            sent.append((seq, padded, 24, packet.at_ns))
            alone = b"\xa0" + bytes([head[1] & 0x7F]) + head[2:] + padding
            sent.append((seq + 1, alone, 12, packet.at_ns))
        streams += [(at, track, seq, data, begins) for seq, data, begins, at in sent]
    for at, track, seq, data, payload_at in sorted(streams):
        scene.until(at)
        scene.tap.rtp(track, seq, data, payload_at, at)
    scene.until(scene.clock.ns + 3 * S)
    scene.end()
    assert totals(scene) == (len(media.video), len(media.audio))
    assert scene.gaps == []
