"""A pytest plugin: what measures runs alone and in order, everything else before it and in parallel.

With `pytest -n N` (pytest-xdist) the files of most tests are handed out to N processes. The *live*
lane comes last and goes to one process as a whole: what measures never meets another test that
measures. It never meets any other test either: while one of the last files is still running elsewhere,
the two wait for each other test by test. Without `-n` nothing changes.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

LIVE = "live"
_LIVE_PLACES = (
    "tests/e2e/",
    "tests/bench/test_calls_bench.py",
    "tests/bench/test_calls_on_bad_lines.py",
    "tests/bench/test_flood.py",
    "tests/bench/test_kills.py",
    "tests/bench/test_narrow_lines.py",
    "tests/bench/test_run.py",
    "tests/bench/test_soak.py",
    "tests/recording/test_recorder_death.py::test_a_recorder_that_dies_is_red_at_once",
    "tests/recording/test_store_faults.py::test_a_full_tmpfs_turns_health_red",
    "tests/relay/test_browser.py",
    "tests/signaling/test_real_worker.py::test_a_worker_that_is_killed_is_replaced",
    "tests/yunchuang/test_demo",
    "tests/yunchuang/test_media_worker.py",
)
_MACHINE = "machine"
_LOCK = pytest.StashKey[str]()


def lane_of(nodeid: str) -> str:
    """The live lane, or the file: fixtures of a module are made once."""
    return LIVE if nodeid.startswith(_LIVE_PLACES) else nodeid.partition("::")[0]


class TwoLanes(LoadFileScheduling):
    """Hands out lanes in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        return lane_of(nodeid)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TwoLanes:
    return TwoLanes(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Without other processes the order stays what it was."""
    yield
    if any(hasattr(item.config, "workerinput") for item in items[:1]):
        items.sort(key=lambda item: lane_of(item.nodeid) == LIVE)


@pytest.hookimpl
def pytest_configure_node(node: Any) -> None:
    """The processes of a run learn the one file that they lock."""
    stash = node.config.stash
    if _LOCK not in stash:
        descriptor, stash[_LOCK] = tempfile.mkstemp(prefix="two-lanes-")
        os.close(descriptor)
    node.workerinput[_MACHINE] = stash[_LOCK]


@pytest.hookimpl
def pytest_unconfigure(config: pytest.Config) -> None:
    if name := config.stash.get(_LOCK, ""):
        Path(name).unlink()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """First of all wrappers: what a test waits for the machine is no part of its own timeout."""
    name = getattr(item.config, "workerinput", {}).get(_MACHINE)
    if name is None:
        return (yield)
    with Path(name).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if lane_of(item.nodeid) == LIVE else fcntl.LOCK_SH)
        return (yield)
