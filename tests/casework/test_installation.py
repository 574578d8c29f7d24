"""A data directory: made whole or not at all, for its owner alone, for one desk at a time."""

import stat

import pytest
from sqlalchemy import inspect

from audit.entry import Entry
from audit.errors import LogStateError, MalformedError, RollbackError
from casework.actor import SYSTEM
from casework.data_dir import DataDir, DataDirError
from casework.installation import init_data_dir, opened
from casework.keys.kek import KekError
from casework.log.sequencer import Sequencer
from casework.store import migrate, reading
from casework.store.tx import EntryRef, Tx

ORIGIN = "test.example/log"


@pytest.fixture
def data(tmp_path):
    made = DataDir(tmp_path / "data")
    init_data_dir(made, origin=ORIGIN)
    return made


def note(tx: Tx, case: str) -> EntryRef:
    tx.keys.create_case_key(case)
    return tx.entry("desk.case.noted", f"case:{case}", committed={"x": 1})


def test_everything_is_for_its_owner_alone(data):
    for path in (data.path, *data.path.rglob("*")):
        if path.is_dir() and path.parent == data.path:
            assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
    for path in (data.kek, data.keys, data.log_key, data.database, data.marker):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(data.path.stat().st_mode) == 0o700


def test_acts_outlive_a_restart(data):
    with opened(data) as first:
        first.writer.run_sync(note, "A", actor=SYSTEM)
        key = first.keys.case_key("A")
    with opened(data) as second:
        assert second.keys.case_key("A") == key
        assert second.writer.run_sync(note, "A", actor=SYSTEM).seq == 1
        with second.store.reading() as conn:
            (entry, _) = reading.entries_of(conn, "case:A")
            assert entry.log_index is not None, "stopping logs what is committed"
            assert reading.committed_value(conn, second.keys, "case:A", 1, "x") == 1


def test_one_desk_at_a_time(data):
    with opened(data), pytest.raises(DataDirError, match="another process"), opened(data):
        pass
    with opened(data):
        pass


def test_nothing_is_made_over_something(data, tmp_path):
    with pytest.raises(DataDirError, match="not empty"):
        init_data_dir(data, origin=ORIGIN)
    other = DataDir(tmp_path / "other")
    other.path.mkdir()
    (other.path / "letter").write_text("dear")
    with pytest.raises(DataDirError, match="not empty"):
        init_data_dir(other, origin=ORIGIN)
    assert [path.name for path in other.path.iterdir()] == ["letter"]


def test_an_empty_directory_may_be_there_already(tmp_path):
    data = DataDir(tmp_path / "volume")
    data.path.mkdir(mode=0o755)
    init_data_dir(data, origin=ORIGIN)
    assert stat.S_IMODE(data.path.stat().st_mode) == 0o700


def test_half_made_is_not_opened(tmp_path):
    data = DataDir(tmp_path / "data")
    with pytest.raises(MalformedError):
        init_data_dir(data, origin="not an origin")
    with pytest.raises(DataDirError, match="no installation"), opened(data):
        pass


@pytest.mark.parametrize("lost", ["checkpoint_store", "log", "log_key", "kek", "keys", "database"])
def test_a_lost_part_is_not_made_anew(data, tmp_path, lost):
    """A log without its checkpoint store must not sign; keys that are gone are not replaced."""
    getattr(data, lost).rename(tmp_path / "lost")
    with pytest.raises((LogStateError, KekError, DataDirError)), opened(data):
        pass
    assert not getattr(data, lost).is_file()


def test_an_older_database_is_not_started_with(data):
    """A restored backup lacks acts that the log holds."""
    older = data.database.read_bytes()
    with opened(data) as installation:
        installation.writer.run_sync(note, "A", actor=SYSTEM)
    data.database.write_bytes(older)
    with pytest.raises(RollbackError, match="does not have"), opened(data):
        pass


def test_open_to_others_is_refused(data):
    data.path.chmod(0o755)
    with pytest.raises(DataDirError, match="0700"), opened(data):
        pass


def test_the_database_stands_at_the_newest_revision(data):
    assert migrate.revision_of(data.database_url) == migrate.newest_revision()
    with opened(data) as installation, installation.store.reading() as conn:
        assert "entry" in inspect(conn).get_table_names()


def test_its_log_begins_with_an_entry_of_its_own(data, monkeypatch):
    """Every package shows the log's first entry, so that must be no other case's."""
    monkeypatch.setattr(Sequencer, "start", lambda _sequencer: None)
    with opened(data) as installation:
        installation.writer.run_sync(note, "A", actor=SYSTEM)
        installation.sequencer.turn()
        assert Entry.decode(installation.log.entry(0)).chain == f"log:{ORIGIN}"
