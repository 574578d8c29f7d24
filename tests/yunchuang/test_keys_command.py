"""`yunchuang keys` as a person types it."""

import pytest

from casework.actor import SYSTEM
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.keys.backup import write_backup
from casework.store import reading
from scenes.command import yunchuang
from yunchuang.doctor import examine
from yunchuang.settings import Settings


def note(tx, case):
    tx.keys.create_case_key(case)
    return tx.entry("desk.case.noted", f"case:{case}", committed={"x": 1})


@pytest.fixture
def data(tmp_path):
    made = DataDir(tmp_path / "data")
    init_data_dir(made, origin="keys.yunchuang.example/log")
    with opened(made) as installation:
        installation.writer.run_sync(note, "A", actor=SYSTEM)
    return made


def value_of(data):
    with opened(data) as installation, installation.store.reading() as conn:
        return reading.committed_value(conn, installation.keys, "case:A", 0, "x")


def words(done):
    assert done.returncode == 0, done.stderr
    return [line.split() for line in done.stdout.splitlines()]


def test_a_rotation_from_end_to_end(data):
    ((_, old, *_), *counts) = words(yunchuang("keys", "status", "--data", data.path))
    assert ["case", "1", "keys,", "0", "destroyed"] in counts
    ((*_, kek, _in, name), _kept) = words(yunchuang("keys", "rotate-kek", "--data", data.path))
    assert name == f"kek-{kek}"
    assert value_of(data) == 1
    refused = yunchuang("keys", "remove-kek", kek, "--data", data.path)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert yunchuang("keys", "remove-kek", old, "--data", data.path).returncode == 0
    assert not data.kek.exists()
    assert value_of(data) == 1
    ((_, only, *rest), *_) = words(yunchuang("keys", "status", "--data", data.path))
    assert (only, rest) == (kek, [f"kek-{kek}", "in", "force"])


def test_nothing_is_rotated_under_a_running_desk(data):
    with opened(data):
        refused = yunchuang("keys", "rotate-kek", "--data", data.path)
        assert refused.returncode == 1
        assert "another process" in refused.stderr
        assert yunchuang("keys", "status", "--data", data.path).returncode == 0
    assert value_of(data) == 1


def findings(data):
    return {one.name: one for one in examine(Settings.alone(data=data.path))}


def test_the_doctor_looks_at_keys_and_their_backups(data, tmp_path):
    assert findings(data)["keys"].ok
    assert findings(data)["key backups"].found == "0 kept, 0 run out"
    write_backup(data.keys, tmp_path / "backup", now_ms=1, expires_at_ms=2)
    assert not findings(data)["key backups"].ok
    data.kek.rename(tmp_path / "kek")
    assert not findings(data)["keys"].ok
    data.keys.rename(tmp_path / "keys.sqlite3")
    assert "absent" in findings(data)["keys"].found


def test_a_lost_kek_is_one_line(data):
    data.kek.unlink()
    refused = yunchuang("keys", "rotate-kek", "--data", data.path)
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
