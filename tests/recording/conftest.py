"""Synthetic publishers, a recorder's scene and encoded media as fixtures."""

from types import SimpleNamespace

import pytest

from recording.compose.video import make_video
from scenes import recorder_scene as _scene
from scenes import synthetic as _synthetic
from scenes.grey_call import CHUNK, grey_call


@pytest.fixture(scope="session")
def synthetic():
    return _synthetic


@pytest.fixture(scope="session")
def media():
    """Twelve seconds of one camera (15 frames/s, keyframe every 3 s) and one microphone."""
    return SimpleNamespace(
        video=_synthetic.vp8_frames(12, keyframes=range(0, 180, 45)),
        audio=_synthetic.opus_packets(12),
        rate=15,
    )


@pytest.fixture(scope="session")
def recorder_scene():
    """The module, for scenes that outlive a test."""
    return _scene


@pytest.fixture
def scene(tmp_path):
    return _scene.Scene(tmp_path)


@pytest.fixture
def make_scene(tmp_path):
    def make(**more):
        return _scene.Scene(tmp_path, **more)

    return make


@pytest.fixture
def camera(media, synthetic):
    """A function that makes the packets of the camera from `start_ns` on."""

    def make(start_ns=_scene.START_NS, *, frames=None, ssrc=1002, **more):
        publisher = synthetic.Publisher(
            ssrc, 90_000, 1_000_000_000 // media.rate, start_ns=start_ns, **more
        )
        publisher.video(frames or media.video)
        return publisher

    return make


@pytest.fixture
def microphone(media, synthetic):
    def make(start_ns=_scene.START_NS, *, packets=None, ssrc=1001, **more):
        publisher = synthetic.Publisher(ssrc, 48_000, 20_000_000, start_ns=start_ns, **more)
        publisher.audio(packets or media.audio)
        return publisher

    return make


@pytest.fixture(scope="session")
def composed(tmp_path_factory):
    """The job of a small call, to make derived views by."""
    return grey_call(tmp_path_factory.mktemp("call"))


@pytest.fixture(scope="session")
def composed_video(composed, tmp_path_factory):
    """Made without a break."""
    path = tmp_path_factory.mktemp("out") / "call.mp4"
    make_video(composed, path, lambda _ms: None, chunk_frames=CHUNK)
    return path
