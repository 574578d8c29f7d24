from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.actor import Actor, Role
from casework.clock import ManualClock
from casework.keys.key_ring import KeyRing
from casework.store.engine import Store
from casework.store.writer import Writer
from scenes.call_scene import Stage
from scenes.case_scene import Desk, seeded_city
from scenes.hall_scene import build_hall
from scenes.kernel import Kernel, kernel
from scenes.played_recorder import PlayedRecorder


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def k(tmp_path: Path, clock: ManualClock) -> Iterator[Kernel]:
    """A started kernel with a clock that stands still until it is moved."""
    with kernel(tmp_path, clock=clock) as made:
        yield made


@pytest.fixture
def writer(k: Kernel) -> Writer:
    return k.writer


@pytest.fixture
def store(k: Kernel) -> Store:
    return k.store


@pytest.fixture
def keys(k: Kernel) -> KeyRing:
    return k.keys


@pytest.fixture
def clerk() -> Actor:
    return Actor(id="clerk-01", role=Role.CLERK, outlet="outlet-01", window="window-01")


@pytest.fixture
def reviewer() -> Actor:
    return Actor(id="reviewer-01", role=Role.REVIEWER)


@pytest.fixture
def desk(k: Kernel) -> Desk:
    """Everybody who has to do with a case, in a seeded city."""
    return Desk(k, seeded_city(k))


@pytest.fixture
def pending(desk: Desk) -> tuple[str, str]:
    """Ids of a case and of its prepared decision."""
    case_id = desk.in_review()
    return case_id, desk.prepared(case_id).decision_id


@pytest.fixture
def stage(k: Kernel) -> Stage:
    """Acts on calls, in a small hall."""
    return Stage(k, build_hall(k.writer))


@pytest.fixture
def recorder(stage: Stage) -> PlayedRecorder:
    """The recorder of a running call of `stage`."""
    return PlayedRecorder(stage)
