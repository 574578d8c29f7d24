"""The benchmarks are scripts of the checkout, in no wheel: tests find them by its root."""

import random
import sys
from pathlib import Path

import pytest

ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)  # last: nothing installed is hidden

from bench.media.clip import SECONDS, Clip  # noqa: E402 - see above
from bench.media.schedule import Schedule, make_schedule  # noqa: E402
from bench.media.streams import SentBoard  # noqa: E402


@pytest.fixture
def clip() -> Clip:
    """Sizes as an encoder's: no two runs of them alike."""
    dice = random.Random(7)
    video = tuple(
        bytes(dice.randrange(6_500, 8_000) + 7_500 * (n % 30 == 0)) for n in range(30 * SECONDS)
    )
    audio = tuple(bytes(dice.randrange(60, 100)) for _ in range(50 * SECONDS))
    return Clip(video, audio)


@pytest.fixture
def schedule(clip) -> Schedule:
    return make_schedule(clip)


@pytest.fixture
def board() -> SentBoard:
    return SentBoard(memoryview(bytearray(SentBoard.BYTES)))
