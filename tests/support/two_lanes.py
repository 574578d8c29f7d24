"""A pytest plugin: tests that measure run one after the other, everything else runs beside them.

With `pytest -n N` (pytest-xdist) one process gets all of the *live* lane, in order, and begins with
it at once, since it is the longest; the files of the other tests are handed out to whoever is free.
What measures thus never meets another test that measures. Without `-n` nothing changes.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

LIVE = "live"
_LIVE_PLACES = (
    "tests/e2e/",
    "tests/bench/test_calls_on_bad_lines.py",
    "tests/bench/test_run.py",
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
    """The live lane first; the order within it and among the others stays."""
    yield
    items.sort(key=lambda item: lane_of(item.nodeid) != LIVE)
