"""A kill, a power cut or a failing call at every write, fsync, link, rename and unlink.

The table: what is written (`lives.py`) x how it ends. Of each pair every step is tried, and a full
audit by the verifier follows. What was acknowledged must be there; what was not may be there or not,
but never half.
"""

import random
import shutil
from itertools import count

import pytest
from lives import LIVES, Life, SteppedDisk

from scenes.model_disk import Crash

pytestmark = pytest.mark.faults

_dice = random.Random(20)
SURVIVES = {
    "killed": lambda: True,
    "power cut": lambda: False,
    "some of it written": lambda: _dice.random() < 0.5,
}
"""Whether what was written, and not synced, is found."""
LEAST_STEPS = 8


def every_life(*ends):
    return [pytest.param(life, end, id=f"{life.name}, {end}") for life in LIVES for end in ends]


@pytest.fixture
def tried(tmp_path):
    """A fresh root for each try; what the one before left is removed."""

    def roots():
        for number in count(1):
            root = tmp_path / f"{number}"
            root.mkdir()
            yield number, root
            for path in tmp_path.glob(f"{number}*"):
                shutil.rmtree(path)

    return roots()


@pytest.mark.parametrize(("life", "end"), every_life(*SURVIVES))
def test_a_crash_at_any_step_loses_nothing_that_was_told(life: Life, end, tried):
    for step, root in tried:
        disk, told, is_over = SteppedDisk(root, crash_at=step), [], False
        try:
            life.live(root, disk, told)
            is_over = True  # and then the machine stops
        except Crash:
            pass
        found = root.with_name(f"{root.name}-found")
        disk.after_the_crash(found, SURVIVES[end])
        life.audit(found, told)
        if is_over:
            break
    assert step > LEAST_STEPS


@pytest.mark.parametrize(("life", "end"), every_life("failing call"))
def test_a_failing_call_at_any_step_is_survived(life: Life, end, tried):
    for step, root in tried:
        disk, told = SteppedDisk(root, fail_at=step), []
        refused = None
        try:
            life.live(root, disk, told)
        except OSError as error:
            refused = error  # told to the user as well
        life.audit(root, told)
        if disk.steps < step:
            break
    assert refused is None
    assert step > LEAST_STEPS
