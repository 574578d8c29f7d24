"""The capture files for Chromium hold what they promise."""

import wave
from array import array

import av
import pytest

from outlet_client.agent import speech
from outlet_client.agent.beep import find_beeps
from outlet_client.agent.capture_file import write_audio, write_video
from outlet_client.agent.frame_code import FrameCode, read_frame_code


def test_the_video_file_has_every_number_once(tmp_path):
    path = tmp_path / "camera.y4m"
    write_video(path, 9, "群众甲", seconds=2)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (640, 360, 15)
        codes = [
            read_frame_code(bytes(plane), 640, 360, plane.line_size)
            for plane in (frame.planes[0] for frame in container.decode(video=0))
        ]
    assert codes == [FrameCode(number, 9) for number in range(30)]


def test_the_audio_file_beeps_on_the_second_even_under_speech(tmp_path):
    path = tmp_path / "microphone.wav"
    write_audio(path, 9, seconds=4, speech=speech.load("citizen_confirms"))
    with wave.open(str(path)) as wav:
        samples = array("h", wav.readframes(wav.getnframes()))
    assert find_beeps(samples, 9) == pytest.approx([0, 1, 2, 3], abs=0.005)
