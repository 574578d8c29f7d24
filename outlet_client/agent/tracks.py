"""Camera and microphone of a station, live: drawn and mixed as they are sent.

Both tracks of a station share one `Stage`, whose clock starts with the first frame: frame n is due
n/15 s after it and sample k k/48000 s after it, so the flash of frame 15 and the second beep are one
instant at the sender, to the sample.
"""

import asyncio
import time
from array import array
from collections import deque
from fractions import Fraction

import av
from aiortc import MediaStreamTrack

from outlet_client.agent.beep import SAMPLE_RATE, Samples, beep
from outlet_client.agent.picture import FLASH_EVERY, Picture

FRAMES_PER_SECOND = 15
_PACKET_SAMPLES = SAMPLE_RATE // 50


class Stage:
    """The common clock of a station's tracks. `late_s` is the most that one of them was behind it: sender
    reports tell when a packet left, so tracks of a machine that cannot keep pace drift apart for all
    who listen.
    """

    def __init__(self) -> None:
        self._began: float | None = None
        self.late_s = 0.0

    async def wait_until(self, seconds: float) -> float:
        """Sleeps until `seconds` after the first call of any track; returns the wall time."""
        if self._began is None:
            self._began = time.monotonic()
        due = self._began + seconds
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        self.late_s = max(self.late_s, time.monotonic() - due)
        return time.time()


class CameraTrack(MediaStreamTrack):
    """640 x 360 at 15 frames/s. `sent` is the number of frames handed to the encoder."""

    kind = "video"

    def __init__(self, stage: Stage, station: int, name: str) -> None:
        super().__init__()
        self._stage = stage
        self._picture = Picture(station, name)
        self.sent = 0

    async def recv(self) -> av.VideoFrame:
        number = self.sent
        now_s = await self._stage.wait_until(number / FRAMES_PER_SECOND)
        drawn: av.VideoFrame = av.VideoFrame.from_image(  # type: ignore[no-untyped-call]  # PyAV has no types here
            self._picture.draw(number, now_s)
        )
        frame = drawn.reformat(format="yuv420p")
        frame.pts = number * 90_000 // FRAMES_PER_SECOND
        frame.time_base = Fraction(1, 90_000)
        self.sent += 1
        return frame


class MicrophoneTrack(MediaStreamTrack):
    """Speech on top of the beep that marks every flash; silence where nothing is said."""

    kind = "audio"

    def __init__(self, stage: Stage, station: int) -> None:
        super().__init__()
        self._stage = stage
        self._beep = beep(station)
        self._speech: deque[int] = deque()
        self._at = 0

    @property
    def sent(self) -> int:
        """Packets of 20 ms that were handed to the encoder."""
        return self._at // _PACKET_SAMPLES

    def say(self, speech: Samples) -> None:
        """Appends 48 kHz mono samples to what is still to be said."""
        self._speech.extend(speech)

    def be_silent(self) -> None:
        """Drops what is still to be said: a person who is interrupted stops."""
        self._speech.clear()

    async def recv(self) -> av.AudioFrame:
        await self._stage.wait_until(self._at / SAMPLE_RATE)
        samples = array("h", bytes(2 * _PACKET_SAMPLES))
        for i in range(min(len(self._speech), _PACKET_SAMPLES)):
            samples[i] = self._speech.popleft()
        period = SAMPLE_RATE * FLASH_EVERY // FRAMES_PER_SECOND
        offset = self._at % period
        for i, value in enumerate(self._beep[offset : offset + _PACKET_SAMPLES]):
            # Speech steps back for the 40 ms, or a loud vowel would hide the mark from a reader.
            samples[i] = samples[i] // 8 + value
        frame = av.AudioFrame(format="s16", layout="mono", samples=_PACKET_SAMPLES)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._at
        frame.time_base = Fraction(1, SAMPLE_RATE)
        self._at += _PACKET_SAMPLES
        return frame
