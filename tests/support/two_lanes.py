"""A pytest plugin: what measures runs alone and in order, everything else before it and in parallel.

With `pytest -n N` (pytest-xdist) the files of most tests are handed out to N processes. The *live*
lane comes last and goes to one process as a whole: what measures never meets another test that
measures, and has the machine to itself as soon as the last files are done. Without `-n` nothing
changes.
"""

from collections.abc import Iterator
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
    "tests/relay/test_browser.py",
    "tests/yunchuang/test_demo",
    "tests/yunchuang/test_media_worker.py",
)


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
