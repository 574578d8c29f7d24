"""Helpers of this folder as fixtures: `synthetic` publishers, `Scene`, and encoded media."""

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

HERE = Path(__file__).parent


def _load(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_synthetic = _load("synthetic")
_scene = _load("recorder_scene")


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
