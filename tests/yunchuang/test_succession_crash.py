"""A succession that is killed at any step is finished by the next run."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from audit.successor import Cause
from audit.verifier.report import Verdict
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from casework.clock import SystemClock
from casework.data_dir import DataDir
from casework.installation import opened
from casework.log.condition import look_at_log
from casework.log.setup import load_log_key
from casework.log.succession.carry_out import carry_out
from casework.log.succession.ended import ended_log
from casework.log.succession.plan import unfinished, write_plan
from scenes.model_disk import SURVIVAL, Crash, QuickDisk, survival_of
from scenes.moving_disk import MovingDisk
from scenes.succession import NEW, OLD, House, follow, older_database, plan

pytestmark = pytest.mark.faults
LEAST_STEPS = 30


class StoppingDisk(QuickDisk):
    """Stops at a step: what was written is there, as after a kill. Or the call fails."""

    def __init__(self, at: int, error: type[BaseException] = Crash) -> None:
        self.at, self.error, self.steps = at, error, 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            raise self.error


def stopping(name: str):
    def method(self, *arguments):
        self.step()
        return getattr(QuickDisk, name)(self, *arguments)

    return method


for name in ("create", "sync", "rename", "link", "unlink", "make_directory", "sync_directory"):
    setattr(StoppingDisk, name, stopping(name))


def finish(house: House) -> None:
    """As `yunchuang log succeed` goes on, or begins where nothing was begun."""
    begun = unfinished(house.data)
    if begun is None and load_log_key(house.data.log_key).name == OLD:
        follow(house.data, Cause.KEY_STOLEN)
    elif begun is not None:
        with house.data.held():
            carry_out(house.data, begun, SystemClock())


def audit(house: House) -> None:
    found = look_at_log(house.data)
    assert (found.key.name, found.faults, found.waiting) == (NEW, (), 0)
    keys = parse_keys(f"{found.key.vkey}\n".encode(), "key")
    report = verify(house.data.log, make_trust(keys, None, outside=True))
    assert (report.verdict, report.problems) == (Verdict.GOOD, [])
    assert report.size == found.logged
    assert len(report.status["succeeds"]) == 1
    old = ended_log(house.data, OLD)
    trust = make_trust(parse_keys(f"{old.key.vkey}\n".encode(), "key"), None, outside=True)
    assert verify(old.directory, trust).verdict is Verdict.GOOD
    left = {path.name for path in house.data.path.iterdir()}
    assert not {name for name in left if "next" in name or "succession" in name}


@pytest.mark.parametrize(("error", "loses"), [(Crash, False), (Crash, True), (OSError, False)])
def test_stopped_at_any_step(house_at_rest: House, tmp_path: Path, error, loses: bool):
    for step in count(1):
        house = house_at_rest.copied(tmp_path / str(step))
        if loses:
            older_database(house)
        disk = StoppingDisk(step, error)
        try:
            follow(house.data, Cause.KEY_STOLEN, disk=disk)
        except (Crash, Exception):  # noqa: BLE001 - whatever becomes of a failing call
            assert disk.steps >= step
        finish(house)
        audit(house)
        if disk.steps < step:
            break
    assert step > LEAST_STEPS
    with opened(house.data) as installation:
        assert installation.log.origin == NEW


def begin(house: House, disk: MovingDisk, told: list[str]) -> None:
    """The command, and what whoever gave it is told: that it is begun, then the new key."""
    with house.data.held():
        successor = plan(house.data, Cause.KEY_STOLEN).plan
        write_plan(house.data, successor, disk=disk)
        told.append("begun")
        told.append(carry_out(house.data, successor, SystemClock(), disk=disk).vkey)


@pytest.mark.parametrize("survival", SURVIVAL)
def test_the_machine_stops_at_any_step(house_at_rest: House, tmp_path: Path, survival: str):
    """And finds on its disk all of what was written, what was synced alone, or a mixture."""
    coin = survival_of(survival)
    for step in count(1):
        folder = tmp_path / str(step)
        house, told = house_at_rest.copied(folder), []
        disk = MovingDisk(house.data.path, crash_at=step)
        with suppress(Crash):
            begin(house, disk, told)
        is_over = disk.steps < step
        disk.after_the_crash(folder / "found", coin)
        found = replace(house, data=DataDir(folder / "found"))
        if told:
            assert unfinished(found.data) or load_log_key(found.data.log_key).name == NEW
        if told[1:]:
            assert found.vkey == told[1]
        else:
            finish(found)
        audit(found)
        shutil.rmtree(folder)
        if is_over:
            break
    assert step > LEAST_STEPS


VICTIM = """
import os, signal, sys
from pathlib import Path
from audit.durable import Disk
from audit.successor import Cause
from casework.data_dir import DataDir
from scenes.succession import follow

left = int(sys.argv[2])

def killing(method):
    def step(self, *arguments):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return method(self, *arguments)
    return step

for name in ("create", "sync", "rename", "link", "unlink", "make_directory", "sync_directory"):
    setattr(Disk, name, killing(getattr(Disk, name)))
follow(DataDir(Path(sys.argv[1])), Cause.KEY_STOLEN)
"""


@pytest.mark.parametrize("step", [5, 17, 24, 31])
def test_killed_for_good(house_at_rest: House, tmp_path: Path, step: int):
    house = house_at_rest.copied(tmp_path)
    support = Path(__file__).parents[1] / "support"
    done = subprocess.run(
        [sys.executable, "-c", VICTIM, house.data.path, str(step)],
        env={**os.environ, "PYTHONPATH": str(support)},
        check=False,
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    finish(house)
    audit(house)
