"""A pytest plugin: tests that measure run one after the other, everything else runs beside them.

With `pytest -n N` (pytest-xdist) one process gets all of the *live* lane, in order, and begins with
it at once, since it is the longest; the files of the other tests are handed out to whoever is free.
What measures thus never meets another test that measures, and what measures most finely comes last,
when the others are done and the machine is its own.
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


_LAST = ("tests/e2e/test_kill.py", "tests/e2e/")
"""The kills have seconds to spare; three browsers need whole cores."""


def _rank(nodeid: str) -> int:
    """Place in the run: the live lane with its last ones last, then the others."""
    if lane_of(nodeid) != LIVE:
        return len(_LAST) + 1
    return next((n for n, place in enumerate(_LAST, 1) if nodeid.startswith(place)), 0)


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
        items.sort(key=lambda item: _rank(item.nodeid))
