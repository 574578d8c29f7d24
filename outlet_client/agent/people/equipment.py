"""What a scripted person brings to a call: cameras, a microphone, and a voice."""

import asyncio
from collections.abc import Mapping

from aiortc import MediaStreamTrack

from casework.ports import TrackSource
from outlet_client.agent.beep import SAMPLE_RATE
from outlet_client.agent.line import Line
from outlet_client.agent.speech import load
from outlet_client.agent.station import Station
from outlet_client.agent.stream_view import StreamView
from outlet_client.agent.tracks import CameraTrack, MicrophoneTrack, Stage

WHOLE_LINE_S = 60.0


class Equipment:
    """`pictures` names what each camera of this station shows. `number` (1 to 255) is read back
    from every frame and heard in every beep. Lines are cut after `line_s` seconds.
    """

    def __init__(
        self, number: int, pictures: Mapping[TrackSource, str], line_s: float = WHOLE_LINE_S
    ) -> None:
        stage = Stage()
        self.number = number
        self._line_s = line_s
        self._microphone = MicrophoneTrack(stage, number)
        self._tracks: dict[TrackSource, MediaStreamTrack] = {
            TrackSource.MICROPHONE: self._microphone
        }
        for source, name in pictures.items():
            self._tracks[source] = CameraTrack(stage, number, name)

    def station(self, line: Line, call: StreamView) -> Station:
        return Station(line, call, self._tracks)

    async def say(self, line: str) -> None:
        """Speaks a line and comes back when it has been said."""
        samples = load(line)[: round(self._line_s * SAMPLE_RATE)]
        self._microphone.say(samples)
        await asyncio.sleep(len(samples) / SAMPLE_RATE)
