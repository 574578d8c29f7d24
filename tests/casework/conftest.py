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
from scenes.databases import KINDS, USUAL
from scenes.hall_scene import build_hall
from scenes.kernel import Kernel, kernel
from scenes.organisation import City
from scenes.played_recorder import PlayedRecorder


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


BOTH = frozenset(
    {
        "test_act_statements",
        "test_call_replay",
        "test_case_life",
        "test_case_lists",
        "test_case_views",
        "test_key_entries",
        "test_list_statements",
        "test_outbox",
        "test_prepared",
        "test_sequencer",
        "test_tx",
        "test_visit",
        "test_writer",
    }
)
"""Files whose tests run on both engines: they are about what the engine has to keep."""


ALONE = {"test_postgresql": ("postgresql",)}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    name = metafunc.module.__name__.rpartition(".")[2]
    chosen = any(
        "database" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")
    )
    if "database" in metafunc.fixturenames and not chosen:
        kinds = ALONE.get(name) or (KINDS if name in BOTH else (USUAL,))
        metafunc.parametrize("database", kinds, indirect=True, scope="function")


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Which engine keeps the tables."""
    kind: str = request.param
    return kind


@pytest.fixture
def k(tmp_path: Path, clock: ManualClock, database: str) -> Iterator[Kernel]:
    """A started kernel with a clock that stands still until it is moved."""
    with kernel(tmp_path, clock=clock, database=database) as made:
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
def city(k: Kernel) -> City:
    """A city and the administrator who changes it."""
    return City(k)


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
