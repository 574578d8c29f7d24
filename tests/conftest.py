"""What holds for every room: where the benchmarks lie, and how long a page may take."""

import sys
from pathlib import Path

import pytest

ROOT = str(Path(__file__).parents[1])
if ROOT not in sys.path:
    sys.path.append(ROOT)  # last: nothing installed is hidden

PATIENCE_MS = 30_000
"""No figure: what shall be fast is measured, and all else may take its time on a loaded machine."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser"):
        from playwright.async_api import expect

        expect.set_options(timeout=PATIENCE_MS)
