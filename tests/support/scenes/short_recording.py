"""A short recording of a call that an installation knows, made by the recorder itself."""

from scenes.recorder_scene import Scene
from scenes.synthetic import Publisher, merged, opus_packets, vp8_frames

S = 1_000_000_000


def record_two_seconds(installation, call_id, leg):
    """Of the clerk's camera and the microphone, on the disk; no desk has heard of it."""
    scene = Scene(
        installation.data.recordings, call=call_id, key=installation.keys.call_key(call_id)
    )
    zero = scene.clock.ns
    picture = Publisher(1002, 90_000, S // 15, start_ns=zero)
    picture.video(vp8_frames(2))
    sound = Publisher(1001, 48_000, S // 50, start_ns=zero)
    sound.audio(opus_packets(2))
    scene.open(1, leg=leg)
    scene.open(2, leg=leg)
    both = merged([(1, one) for one in sound.sent], [(2, one) for one in picture.sent])
    scene.play(both, until_ns=zero + 3 * S)
    scene.end()
