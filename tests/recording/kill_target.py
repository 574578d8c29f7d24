"""Records three live legs in a process of its own, to be killed at any moment.

Usage: kill_target.py DIRECTORY MEDIA; MEDIA is a pickle of (video frames, audio packets). Prints
one line for every durable event, then lives until it is killed.
"""

import pickle
import sys
import time
from pathlib import Path

from casework.clock import SystemClock
from casework.ports import TrackInfo, TrackKind, TrackSource
from casework.worker_link.messages import Health
from recording.worker.recorder import CallRecorder
from scenes import synthetic

CALL = "01JD00000000000000000000CA"
LEGS = ("clerk", "citizen", "reviewer")


class Keyframes:
    def request_keyframe(self, track):
        """The media have a keyframe every three seconds anyway."""


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    directory, media = Path(sys.argv[1]), Path(sys.argv[2])
    video, audio = pickle.loads(media.read_bytes())
    expected = {leg: [TrackSource.CAMERA, TrackSource.MICROPHONE] for leg in LEGS}

    def tell(event):
        if not isinstance(event, Health):
            say(f"{event.type} {event.n}")

    recorder = CallRecorder(
        CALL, bytes(range(32)), directory, expected, Keyframes(), SystemClock(), tell
    )
    recorder.start()
    now = time.monotonic_ns()
    streams = []
    for number, leg in enumerate(LEGS):
        for kind in (TrackKind.AUDIO, TrackKind.VIDEO):
            is_audio = kind is TrackKind.AUDIO
            track = 10 * number + (1 if is_audio else 2)
            source = TrackSource.MICROPHONE if is_audio else TrackSource.CAMERA
            rate = 48_000 if is_audio else 90_000
            info = TrackInfo(
                track, leg, "counter", source, kind, "opus" if is_audio else "vp8", rate, track
            )
            recorder.tap.track_opened(info, now)
            interval = 20_000_000 if is_audio else 1_000_000_000 // 15
            publisher = synthetic.Publisher(track, rate, interval, start_ns=now)
            sent = publisher.audio(audio) if is_audio else publisher.video(video)
            streams.append([(track, packet) for packet in sent])
    say("recording")
    for track, packet in synthetic.merged(*streams):
        wait = packet.at_ns - time.monotonic_ns()
        if wait > 0:
            time.sleep(wait / 1e9)
        recorder.tap.rtp(track, packet.seq, packet.data, 12, time.monotonic_ns())
    time.sleep(60)


main()
