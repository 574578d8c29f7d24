"""The list of what must be refused or shown: every line is played, and the verdict names the record."""

import re
import shutil
from pathlib import Path

import pytest
from refusal import REFUSALS, SEAL, Refusal, in_order
from refusals_outside import BACK
from scene import LOG_KEY, Scene, trust

from audit.checkpoint_store import FileLockBackend
from audit.errors import RollbackError
from audit.log import MerkleLog
from audit.verifier.log_folder import CHAIN_CHECKS, ENTRY_CHECKS, LOG_CHECKS, Checks
from audit.verifier.registry import PACKAGE_CHECKS
from audit.verifier.report import Report
from audit.verifier.verify import verify

LIST = (
    "any byte of any file flipped",
    "a segment dropped, doubled, reordered, truncated",
    "an entry dropped, doubled, reordered, truncated",
    "a file dropped, doubled, reordered, truncated",
    "a recording swapped with another case's",
    "a recording swapped inside one call",
    "a database row edited behind the program",
    "manifests regenerated",
    "everything re-signed by another key",
    "manifests rebuilt around a changed verify.sh",
    "the same (chain, seq) twice",
    "a package cut before a later entry",
    "a replayed consent",
    "a fork after entry n",
    "the log rolled back",
    "a clock moved by an hour",
    "a case missing an entry",
    "a call missing its recording",
    "an approval without a healthy recording",
    "a proof from another log",
    "a call left out",
    "another history signed with the stolen log key",
    "a forged witness",
)
"""That a clean package never raises an alarm: `tests/yunchuang/test_clean_packages.py`."""


def test_every_line_is_played():
    assert tuple(dict.fromkeys(one.line for one in sorted(REFUSALS, key=place))) == LIST


def test_the_page_of_threats_lists_them_with_their_checks():
    page = (Path(__file__).parents[2] / "docs" / "threats.md").read_text(encoding="utf-8")
    table = page.partition("## What is refused or shown")[2].partition("\n## ")[0]
    rows = [row.strip("| ").split(" | ") for row in table.split("\n") if row.startswith("| ")]
    listed = {line: set(re.findall(r"`([a-z_.*]+)`", checks)) for line, _, checks in rows[1:]}
    assert tuple(listed) == LIST
    for line, checks in listed.items():
        played = [one for one in REFUSALS if one.line == line]
        seal = {"seal.*"} if any(one.sealed for one in played) else set()
        assert checks == seal.union(*(one.checks for one in played)), line


def place(refusal: Refusal) -> int:
    return LIST.index(refusal.line)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: f"{one.line}, {one.name}")
def test_it_is_refused_by_these_checks_and_named(refusal: Refusal, tmp_path: Path):
    shown = refusal.play(tmp_path)
    brought = {"trust": trust(), **shown.brought}
    report = verify(shown.path, **brought)
    assert report.exit_code == 1
    found = {problem.code for problem in report.problems}
    against_the_seal = found & SEAL if refusal.sealed else frozenset()
    assert found - against_the_seal == refusal.checks, report.problems
    assert bool(against_the_seal) == refusal.sealed
    named = [problem for problem in report.problems if problem.record == refusal.record]
    assert named, report.problems
    assert all(problem.path and problem.expected != problem.found for problem in named)
    assert without(found, shown.path, brought).problems == []


def without(names: set[str], path: Path, brought: dict) -> Report:
    """The verdict of a verifier from which these checks were taken."""
    registries = (PACKAGE_CHECKS, ENTRY_CHECKS, CHAIN_CHECKS, LOG_CHECKS)
    package, *log = (
        {name: check for name, check in checks.items() if name not in names}
        for checks in registries
    )
    return verify(path, **brought, package_checks=package, log_checks=Checks(*log))


def test_a_log_that_was_rolled_back_signs_nothing(tmp_path: Path, scene: Scene):
    """What refuses is the checkpoint store; restored with the tiles, as it must never be, it lets
    the log begin, and only whoever kept a checkpoint can tell.
    """
    leaves = in_order(scene)
    folder, store, then = tmp_path / "log", tmp_path / "store", tmp_path / "backup"
    with MerkleLog.init(folder, FileLockBackend(store), LOG_KEY) as log:
        log.append(leaves[:9])
        for name in (folder, store):
            shutil.copytree(name, then / name.name)
        log.append(leaves[9:])
    shutil.rmtree(folder)
    shutil.copytree(then / "log", folder)
    with pytest.raises(RollbackError):
        MerkleLog.open(folder, FileLockBackend(store), LOG_KEY)
    with MerkleLog.open(folder, FileLockBackend(then / "store"), LOG_KEY) as log:
        assert log.size == 9
    assert BACK in LIST
