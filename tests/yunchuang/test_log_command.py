"""`yunchuang log`, and a desk that refuses to sign what its checkpoint store does not bear out."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from audit.errors import AlreadyInitialisedError, LogStateError
from casework.actor import SYSTEM
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.log.condition import Fault, look_at_log
from casework.log.first import begin_log
from casework.log.heartbeat import Beat, beat
from scenes.succession import put
from yunchuang.settings import Settings

ORIGIN = "log.yunchuang.example/log"
COMMAND = Path(sys.executable).with_name("yunchuang")


def log_something(data, entries):
    with opened(data) as installation:
        for _ in range(entries):
            installation.writer.run_sync(beat, Beat(ORIGIN, 0, None), actor=SYSTEM)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A data directory with a log, and how it was some entries earlier."""
    folder = tmp_path_factory.mktemp("log")
    data = DataDir(folder / "data")
    init_data_dir(data, origin=ORIGIN)
    log_something(data, 3)
    shutil.copytree(data.path, folder / "earlier")
    log_something(data, 4)
    return data, DataDir(folder / "earlier")


@pytest.fixture
def data(made, tmp_path):
    shutil.copytree(made[0].path, tmp_path / "data")
    return DataDir(tmp_path / "data")


@pytest.fixture
def earlier(made):
    return made[1]


def status(data):
    done = subprocess.run(
        [COMMAND, "log", "status", "--json", "--data", data.path],
        capture_output=True,
        check=False,
        text=True,
    )
    return done.returncode, json.loads(done.stdout)


def test_status_of_a_good_log(data):
    code, facts = status(data)
    assert code == 0
    assert facts["faults"] == []
    assert facts["origin"] == ORIGIN
    assert facts["size"] == facts["store_size"] == facts["logged"] >= 7
    assert facts["waiting"] == 0
    assert facts["heartbeat_ms"] > 0
    assert facts["key"].startswith(f"{ORIGIN}+")


CONTRADICTIONS = {
    "the checkpoint store is absent": (
        lambda data, earlier: put(data.checkpoint_store, None),
        Fault.STORE_ABSENT,
        "checkpoint store",
    ),
    "the checkpoint store is older than the log": (
        lambda data, earlier: put(data.checkpoint_store, earlier.checkpoint_store),
        Fault.STORE_BEHIND,
        "behind",
    ),
    "the checkpoint store is newer than the log": (
        lambda data, earlier: put(data.log, earlier.log),
        Fault.TREE_BEHIND,
        "on disk",
    ),
    "log and store are older than the database": (
        lambda data, earlier: (
            put(data.log, earlier.log),
            put(data.checkpoint_store, earlier.checkpoint_store),
        ),
        Fault.DATABASE_AHEAD,
        "the database knows",
    ),
    "the log is gone": (
        lambda data, earlier: put(data.log, None),
        Fault.CHECKPOINT_ABSENT,
        "gone",
    ),
    "the published checkpoint is gone and the tree older": (
        lambda data, earlier: (
            put(data.log, earlier.log),
            (data.log / "checkpoint").unlink(),
        ),
        Fault.TREE_BEHIND,
        "on disk",
    ),
    "the checkpoint is by another key": (
        lambda data, earlier: (data.log / "checkpoint").write_bytes(
            (data.log / "checkpoint").read_bytes()[:-20] + b"A" * 18 + b"=\n"
        ),
        Fault.CHECKPOINT_DAMAGED,
        "not of this log",
    ),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_a_desk_refuses_to_sign_and_the_status_names_the_fault(case, data, earlier):
    change, fault, words = CONTRADICTIONS[case]
    change(data, earlier)
    before = [path.read_bytes() for path in sorted(data.log.glob("checkpoint"))]
    assert fault in look_at_log(data).faults
    with pytest.raises(LogStateError, match=words), opened(data):
        raise AssertionError("it opened")
    assert [path.read_bytes() for path in sorted(data.log.glob("checkpoint"))] == before


def test_a_database_older_than_the_log_is_refused(data, earlier):
    for path in data.path.glob("desk.sqlite3*"):
        path.unlink()
    for path in earlier.path.glob("desk.sqlite3*"):
        shutil.copy(path, data.path)
    with pytest.raises(LogStateError, match="the database does not have"), opened(data):
        raise AssertionError("it opened")


def test_the_desk_says_why_in_one_line(data):
    put(data.checkpoint_store, None)
    settings = Settings.alone(data=data.path, port=0)
    done = subprocess.run(
        [sys.executable, "-m", "yunchuang.desk"],
        capture_output=True,
        check=False,
        text=True,
        env={"PATH": "/usr/bin:/bin", **settings.environment()},
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1] == "desk refused: there is no checkpoint store"
    code, facts = status(data)
    assert (code, facts["faults"]) == (1, ["checkpoint store absent"])


def test_init_takes_the_place_of_no_log_that_is_gone(data):
    for path in (data.log, data.checkpoint_store, data.log_key):
        put(path, None)
    done = subprocess.run(
        [COMMAND, "log", "init", "--data", data.path], capture_output=True, check=False, text=True
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("yunchuang: the database has entries of a log that is gone")
    assert len(done.stderr.splitlines()) == 1
    assert not any(path.exists() for path in (data.log, data.checkpoint_store, data.log_key))


@pytest.mark.parametrize("left", ["log", "checkpoint_store", "log_key"])
def test_init_refuses_over_anything_of_a_log(left, tmp_path):
    data = DataDir(tmp_path / "data")
    init_data_dir(data, origin=ORIGIN)
    for name in {"log", "checkpoint_store", "log_key"} - {left}:
        put(getattr(data, name), None)
    kept = {*data.path.rglob("*"), data.run / "desk.lock"}
    with pytest.raises(AlreadyInitialisedError):
        begin_log(data, ORIGIN)
    assert set(data.path.rglob("*")) == kept
    put(getattr(data, left), None)
    key = begin_log(data, "next.yunchuang.example/log")
    log_something(data, 1)
    found = look_at_log(data)
    assert (found.key, found.faults) == (key, ())


def test_verify_audits_or_hashes(data):
    command = [COMMAND, "log", "verify", "--data", data.path]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0
    assert "chains: 1" in done.stdout
    done = subprocess.run([*command, "--hashes"], capture_output=True, check=False, text=True)
    assert done.returncode == 0
    assert "chains: not checked" in done.stdout
    bundles = [path for path in (data.log / "tile" / "entries").rglob("*") if path.is_file()]
    bundle = max(bundles, key=lambda path: int(path.name))  # narrower ones are left from before
    bundle.write_bytes(bundle.read_bytes().replace(b"system", b"sYstem"))
    for more in ([], ["--hashes"]):
        done = subprocess.run([*command, *more], capture_output=True, check=False, text=True)
        assert done.returncode == 1
        assert "log.tiles" in done.stdout
