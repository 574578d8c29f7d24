"""What a station shows and says can be read back after the codecs."""

import asyncio
import io
from array import array
from fractions import Fraction

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlet_client.agent import speech
from outlet_client.agent.beep import SAMPLE_RATE, beep, find_beeps
from outlet_client.agent.frame_code import CELLS, FrameCode, read_frame_code
from outlet_client.agent.picture import Picture
from outlet_client.agent.tracks import CameraTrack, MicrophoneTrack, Stage


def luma(frame: av.VideoFrame):
    plane = frame.reformat(format="yuv420p").planes[0]
    return bytes(plane), frame.width, frame.height, plane.line_size


@given(st.integers(0, (1 << 24) - 1), st.integers(1, 255))
def test_the_code_is_read_from_its_own_cells(number, station):
    cells = FrameCode(number, station).bits()
    row = bytes(235 if cells[x * CELLS // 640] else 16 for x in range(640))
    assert read_frame_code(row * 360, 640, 360, 640) == FrameCode(number, station)


@given(st.integers(0, (1 << 24) - 1), st.integers(0, CELLS - 1))
def test_a_damaged_cell_is_never_read_as_another_frame(number, damaged):
    cells = FrameCode(number, 3).bits()
    cells[damaged] = not cells[damaged]
    row = bytes(235 if cells[x * CELLS // 640] else 16 for x in range(640))
    assert read_frame_code(row * 360, 640, 360, 640) is None


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_picture_without_a_strip_has_no_number(shade):
    assert read_frame_code(bytes([shade]) * 640 * 360, 640, 360, 640) is None


@pytest.mark.parametrize(("width", "height"), [(0, 0), (2, 2), (80, 45), (640, 64)])
def test_a_picture_too_small_for_a_strip_has_no_number(width, height):
    assert read_frame_code(bytes([200]) * width * height, width, height, width) is None


def test_numbers_survive_vp8_at_a_low_bitrate():
    picture, file = Picture(7, "群众甲"), io.BytesIO()
    with av.open(file, "w", "webm") as out:
        stream = out.add_stream("libvpx", rate=15, options={"deadline": "realtime"})
        stream.width, stream.height, stream.bit_rate = 640, 360, 120_000
        stream.pix_fmt = "yuv420p"
        for number in range(45):
            frame = av.VideoFrame.from_image(picture.draw(number, 1_790_000_000 + number / 15))
            frame.pts, frame.time_base = number, Fraction(1, 15)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    file.seek(0)
    with av.open(file) as back:
        read = [read_frame_code(*luma(frame)) for frame in back.decode(video=0)]
    assert read == [FrameCode(number, 7) for number in range(45)]


def test_beeps_are_found_in_their_place_and_only_at_their_pitch():
    samples = array("h", bytes(2 * SAMPLE_RATE * 3))
    for second in (0, 1, 2):
        at = second * SAMPLE_RATE + 4_800
        samples[at : at + len(beep(2))] = beep(2)
    assert find_beeps(samples, 2) == pytest.approx([0.1, 1.1, 2.1], abs=0.005)
    assert find_beeps(samples, 3) == []


@pytest.mark.parametrize("line", sorted(speech.LINES))
def test_every_line_is_shipped_and_is_a_voice(line):
    samples = speech.load(line)
    assert 3 < len(samples) / SAMPLE_RATE < 15
    assert max(samples) > 3_000
    assert find_beeps(samples, 1) == []


def test_an_unknown_line_is_refused():
    with pytest.raises(KeyError):
        speech.load("../beep")


async def test_flash_and_beep_are_one_instant_at_the_sender():
    stage = Stage()
    camera, microphone = CameraTrack(stage, 4, "柜员01"), MicrophoneTrack(stage, 4)
    microphone.say(speech.load("clerk_greets"))
    frames, sound = await asyncio.gather(_take(camera, 17), _take(microphone, 55))
    numbers = [read_frame_code(*luma(frame)) for frame in frames]
    assert numbers == [FrameCode(number, 4) for number in range(17)]
    heard = array("h")
    for frame in sound:
        heard.frombytes(bytes(frame.planes[0])[: frame.samples * 2])
    flashes = [float(frame.pts * frame.time_base) for frame in frames if frame.pts % 90_000 == 0]
    assert find_beeps(heard, 4) == pytest.approx(flashes, abs=0.005)


async def _take(track, count):
    return [await track.recv() for _ in range(count)]
