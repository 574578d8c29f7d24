"""The rehearsal: data and keys are backed up apart, and only both together open a case again."""

import shutil

import pytest
from sqlalchemy import insert

from audit.successor import Cause
from casework.actor import SYSTEM
from casework.clock import SystemClock
from casework.data_dir import DataDir
from casework.errors import KeyDestroyed
from casework.installation import init_data_dir, opened
from casework.keys.kek import KekError
from casework.keys.key_file import KeyKind
from casework.store import reading
from casework.store.schema_log import entry
from scenes.command import yunchuang
from scenes.succession import follow
from yunchuang.key_backups import restore_keys


def note(tx, case):
    tx.keys.create_case_key(case)
    return tx.entry("desk.case.noted", f"case:{case}", committed={"words": f"群众甲 {case}"})


def destroyed(tx, case):
    tx.keys.destroy(KeyKind.CASE, case)
    return tx.entry("keys.case.destroyed", f"case:{case}", plain={"approved_by": ["A01", "A02"]})


@pytest.fixture
def data(tmp_path):
    made = DataDir(tmp_path / "data")
    init_data_dir(made, origin="rehearsal.yunchuang.example/log")
    with opened(made) as installation:
        for case in "AB":
            installation.writer.run_sync(note, case, actor=SYSTEM)
    return made


def act(data, action, case):
    with opened(data) as installation:
        installation.writer.run_sync(action, case, actor=SYSTEM)


def words_of(data, case):
    with opened(data) as installation, installation.store.reading() as conn:
        return reading.committed_value(conn, installation.keys, f"case:{case}", 0, "words")


def data_backup(data, folder):
    """Everything but the keys. The checkpoint store is no part of a backup: it lies on a disk of
    its own and outlives the rest.
    """
    shutil.copytree(data.path, folder, ignore=shutil.ignore_patterns("keys"))
    return DataDir(folder)


def test_both_backups_together_open_a_case_and_neither_alone(data, tmp_path):
    done = yunchuang("keys", "backup", "--out", tmp_path / "keys.backup", "--data", data.path)
    assert done.returncode == 0, done.stderr
    kek = shutil.copy(data.kek, tmp_path / "the safe")
    new = data_backup(data, tmp_path / "new")
    shutil.rmtree(data.path)

    with pytest.raises(KekError, match="absent"), opened(new):
        pass
    refused = yunchuang("keys", "restore", tmp_path / "keys.backup", "--data", new.path)
    assert refused.returncode == 1, "without the KEK nothing is restored"
    assert not new.keys.exists()
    done = yunchuang("keys", "restore", tmp_path / "keys.backup", "--kek", kek, "--data", new.path)
    assert done.returncode == 0, done.stderr
    assert [words_of(new, case) for case in "AB"] == ["群众甲 A", "群众甲 B"]


def test_cases_that_are_younger_than_the_backup_are_named(data, tmp_path):
    yunchuang("keys", "backup", "--out", tmp_path / "keys.backup", "--data", data.path)
    act(data, note, "C")
    data.keys.rename(tmp_path / "lost")
    done = yunchuang("keys", "restore", tmp_path / "keys.backup", "--data", data.path)
    assert done.stdout.splitlines()[-1] == "case:C"
    assert words_of(data, "A") == "群众甲 A"


def test_what_was_destroyed_after_the_backup_stays_destroyed(data, tmp_path):
    yunchuang("keys", "backup", "--out", tmp_path / "keys.backup", "--data", data.path)
    act(data, destroyed, "A")
    data.keys.rename(tmp_path / "lost")
    done = yunchuang("keys", "restore", tmp_path / "keys.backup", "--data", data.path)
    assert "1 keys are destroyed" in done.stdout, done.stderr
    with opened(data) as installation:
        assert installation.keys.case_key("B")
        with pytest.raises(KeyDestroyed):
            installation.keys.case_key("A")


def test_the_log_is_asked_too_when_the_database_has_forgotten(data, tmp_path):
    yunchuang("keys", "backup", "--out", tmp_path / "keys.backup", "--data", data.path)
    older = data.database.read_bytes()
    act(data, destroyed, "A")
    data.database.write_bytes(older)
    data.keys.rename(tmp_path / "lost")
    done = restore_keys(data, tmp_path / "keys.backup", None, 0, although_run_out=False)
    assert done.destroyed == 1


def test_a_log_that_ended_is_asked_when_the_one_that_followed_knows_nothing(data, tmp_path):
    yunchuang("keys", "backup", "--out", tmp_path / "keys.backup", "--data", data.path)
    older = data.database.read_bytes()
    act(data, destroyed, "A")
    data.database.write_bytes(older)
    follow(data, Cause.LOG_LOST)
    data.keys.rename(tmp_path / "lost")
    done = restore_keys(data, tmp_path / "keys.backup", None, 0, although_run_out=False)
    assert done.destroyed == 1


def test_and_the_database_when_the_log_does_not_have_it_yet(data, tmp_path):
    yunchuang("keys", "backup", "--out", tmp_path / "keys.backup", "--data", data.path)
    row = {"seq": 1, "type": "keys.case.destroyed", "t_ms": 1, "leaf_hash": "0" * 64, "body": b""}
    with opened(data) as installation:
        installation.sequencer.stop()
        with installation.store.write_engine.begin() as conn:
            conn.execute(insert(entry).values(chain="case:B", **row))
    data.keys.rename(tmp_path / "lost")
    done = restore_keys(data, tmp_path / "keys.backup", None, 0, although_run_out=False)
    assert done.destroyed == 1


def test_a_backup_that_ran_out_is_shown_refused_and_said_to_be_gone(data, tmp_path):
    out = tmp_path / "keys.backup"
    done = yunchuang("keys", "backup", "--out", out, "--days", "1", "--data", data.path)
    backup_id, *_ = done.stdout.split()
    ahead = SystemClock().wall_ms() + 3 * 86_400_000
    shown = yunchuang("keys", "status", "--data", data.path).stdout
    assert f"backup {backup_id}" in shown
    data.keys.rename(tmp_path / "kept")
    with pytest.raises(KekError, match="ran out"):
        restore_keys(data, out, None, ahead, although_run_out=False)
    assert restore_keys(data, out, None, ahead, although_run_out=True).backup.id == backup_id
    nothing = yunchuang("keys", "backup", "--expire", "--data", data.path)
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert yunchuang("keys", "backup", "--gone", backup_id, "--data", data.path).returncode == 0
    assert "backup" not in yunchuang("keys", "status", "--data", data.path).stdout
    again = yunchuang("keys", "backup", "--gone", backup_id, "--data", data.path)
    assert (again.returncode, len(again.stderr.splitlines())) == (1, 1)


def test_nothing_is_restored_under_a_running_desk_or_over_keys(data, tmp_path):
    yunchuang("keys", "backup", "--out", tmp_path / "keys.backup", "--data", data.path)
    with opened(data):
        refused = yunchuang("keys", "restore", tmp_path / "keys.backup", "--data", data.path)
        assert "another process" in refused.stderr
        more = yunchuang("keys", "backup", "--out", tmp_path / "more", "--data", data.path)
        assert more.returncode == 0, "a backup is made beside a running desk"
    refused = yunchuang("keys", "restore", tmp_path / "keys.backup", "--data", data.path)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert words_of(data, "A") == "群众甲 A"
