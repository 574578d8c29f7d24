"""What measures has the machine to itself (`tests/support/two_lanes.py`)."""

import json
import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

SHORT, LONG, MEASURES = "tests/a/test_a.py", "tests/b/test_b.py", "tests/e2e/test_c.py"
TESTS = """
import json, time
from pathlib import Path
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_it(number):
    began = time.monotonic()
    time.sleep({seconds})
    line = json.dumps([{place!r}, began, time.monotonic()])
    with Path({told!r}).open("a") as told:
        print(line, file=told)
"""


def run(folder: Path, seconds: dict[str, tuple[int, float]]) -> list[list]:
    told = folder / "told"
    for place, (count, each) in seconds.items():
        (folder / place).parent.mkdir(parents=True)
        text = TESTS.format(count=count, seconds=each, place=place, told=str(told))
        (folder / place).write_text(text)
    support = Path(__file__).parents[1] / "support"
    command = [
        "-m",
        "pytest",
        "-q",
        "-n",
        "2",
        "-p",
        "two_lanes",
        "--no-loadscope-reorder",
        "tests",
    ]
    env = {
        name: held
        for name, held in os.environ.items()
        if not name.startswith(("PYTEST_", "COV_")) and name != "PYTHONDONTWRITEBYTECODE"
    }
    env |= {"PYTHONPATH": str(support), "TMPDIR": str(folder)}
    (folder / "pytest.ini").write_text("[pytest]\n")
    subprocess.run([sys.executable, *command], cwd=folder, env=env, check=True, timeout=60)
    assert list(folder.glob("two-lanes-*")) == [], "the lock goes with the run"
    return [json.loads(line) for line in told.read_text().splitlines()]


def test_what_measures_runs_beside_nothing(tmp_path):
    ran = run(tmp_path, {SHORT: (4, 0.02), LONG: (40, 0.05), MEASURES: (4, 0.2)})
    assert sorted({place for place, _, _ in ran}) == [SHORT, LONG, MEASURES]
    beside = [
        (one, other)
        for (one, began, ended), (other, begun, over) in combinations(ran, 2)
        if MEASURES in (one, other) and one != other and began < over and begun < ended
    ]
    assert beside == []
