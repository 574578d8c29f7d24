"""Fixtures of the campaigns, and what is told of one that failed."""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

# Test folders are no packages; what these tests share is one, and lies beside them.
sys.path.insert(0, str(Path(__file__).parent))

from mischief import campaign
from mischief.relay_scene import RelayScene


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    report = yield
    if report.failed:
        again = f"{campaign.SEED_VARIABLE}={campaign.SEED} "
        again += f"{campaign.COUNT_VARIABLE}={campaign.DATAGRAMS}"
        report.sections.append(("the same again", again))
    return report


@pytest.fixture
async def scene() -> AsyncIterator[RelayScene]:
    made = RelayScene()
    try:
        await made.open()
        yield made
        made.look_at_memory()
    finally:
        await made.close()
