"""How much of what was sent before a kill is not in the recording, track by track."""

import bisect
from collections.abc import Collection, Sequence
from pathlib import Path

from bench.kills.play import Play
from bench.kills.stations import DatedCamera, DatedMicrophone
from bench.lines.recorded import read_recorded

NEAR_S = 0.5
"""Around a reload frames are taken from the camera that no connection sends any more."""


def lost_tails(play: Play, directory: Path, key: bytes, killed_s: float) -> list[float]:
    """Seconds from the first frame that is not recorded to the kill, for each track that had sent
    anything; 0 for one whose last frame is there.
    """
    tails: list[float] = []
    for leg, number in play.talk.legs().items():
        camera, microphone = play.talk.cameras[number], play.talk.microphones.get(number)
        found = read_recorded(directory, key, leg, number)
        assert isinstance(camera, DatedCamera)
        tails.append(_picture_tail(camera.sent_at, found.frames.keys(), killed_s))
        if isinstance(microphone, DatedMicrophone):
            times = [at for voice in found.voice for at in voice.times]
            tails.append(_voice_tail(microphone.sent_at, times, killed_s))
    return tails


def lost_frames(play: Play, directory: Path, key: bytes, from_s: float, to_s: float) -> float:
    """The most seconds of pictures that one track lost between two moments, a reload left out."""
    worst = 0.0
    for leg, number in play.talk.legs().items():
        camera = play.talk.cameras[number]
        assert isinstance(camera, DatedCamera)
        found = read_recorded(directory, key, leg, number).frames
        lost = [
            at
            for n, at in enumerate(camera.sent_at)
            if from_s <= at < to_s and n not in found and not _near_reload(play, at)
        ]
        worst = max(worst, len(lost) / 15)
    return worst


def _near_reload(play: Play, at_s: float) -> bool:
    begin, end = play.reloaded or (0.0, 0.0)
    return begin - NEAR_S <= at_s <= end + NEAR_S


def _picture_tail(sent_at: Sequence[float], found: Collection[int], killed_s: float) -> float:
    before = bisect.bisect_right(sent_at, killed_s)
    first_lost = max((n for n in found if n < before), default=-1) + 1
    return killed_s - sent_at[first_lost] if first_lost < before else 0.0


def _voice_tail(sent_at: Sequence[float], found: Sequence[float], killed_s: float) -> float:
    """Packets bear no numbers, so the first that was sent after the last recorded one is lost."""
    last = max((at for at in found if at <= killed_s), default=0.0)
    first_lost = bisect.bisect_right(sent_at, last)
    before = bisect.bisect_right(sent_at, killed_s)
    return killed_s - sent_at[first_lost] if first_lost < before else 0.0
