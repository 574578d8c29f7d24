"""A station's picture and beeps as files, for Chromium's fake capture devices.

`--use-file-for-fake-video-capture` takes a Y4M file and `--use-file-for-fake-audio-capture` a WAV
file; both switches belong to a browser *process*. Chromium plays them in a loop, so both files have
the same whole number of seconds and the frame number starts again with every round.
"""

import wave
from array import array
from collections.abc import Callable
from pathlib import Path

import av
from av.video.plane import VideoPlane
from PIL import Image

from outlet_client.agent.beep import SAMPLE_RATE, Samples, beep
from outlet_client.agent.picture import Picture
from outlet_client.agent.tracks import FRAMES_PER_SECOND

WIDTH, HEIGHT = 640, 360


def write_video(path: Path, station: int, name: str, seconds: int) -> None:
    """Y4M, 640 x 360, 15 frames/s, 4:2:0: 345,606 bytes a frame."""
    picture = Picture(station, name, WIDTH, HEIGHT)
    write_pictures(path, lambda number: picture.draw(number, number / FRAMES_PER_SECOND), seconds)


def write_pictures(path: Path, draw: Callable[[int], Image.Image], seconds: int) -> None:
    """The same of any pictures of 640 x 360: `draw` is given the number of each frame."""
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FRAMES_PER_SECOND}:1 Ip A1:1 C420\n".encode())
        for number in range(seconds * FRAMES_PER_SECOND):
            drawn: av.VideoFrame = av.VideoFrame.from_image(  # type: ignore[no-untyped-call]  # PyAV has no types here
                draw(number)
            )
            out.write(b"FRAME\n")
            for plane in drawn.reformat(format="yuv420p").planes:
                out.write(_rows(plane))


def write_audio(path: Path, station: int, seconds: int, speech: "Samples | None" = None) -> None:
    """WAV, 48 kHz mono 16 bit: a beep at every whole second, speech between them if given."""
    samples = array("h", bytes(2 * SAMPLE_RATE * seconds))
    if speech is not None:
        length = min(len(speech), len(samples))
        samples[:length] = speech[:length]
    mark = beep(station)
    for second in range(seconds):
        at = second * SAMPLE_RATE
        for i, value in enumerate(mark):
            samples[at + i] = samples[at + i] // 8 + value
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(samples.tobytes())


def _rows(plane: VideoPlane) -> bytes:
    """The plane without the padding at the end of its rows."""
    data = memoryview(plane)
    ends = range(0, plane.height * plane.line_size, plane.line_size)
    return b"".join(data[begin : begin + plane.width] for begin in ends)
