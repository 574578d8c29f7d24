"""Backups of the key file: whole, without the KEK and without what was destroyed; restored likewise."""

import sqlite3
import stat

import pytest

from audit.durable import Disk
from casework.errors import KeyDestroyed, NotFound
from casework.keys.backup import read_backup, remove_expired, restore_backup, write_backup
from casework.keys.backup_ledger import BackupLedger
from casework.keys.kek import KekError, create_kek
from casework.keys.kek_files import KekFiles
from casework.keys.key_file import KeyFile, KeyKind
from casework.keys.opening import open_key_file
from casework.keys.rotation import remove_kek, rotate_kek

NOW, LATER = 1_000_000, 2_000_000


class Keys:
    def __init__(self, path):
        path.mkdir()
        self.path = path / "keys.sqlite3"
        self.keks = KekFiles(path / "kek")
        self.file = KeyFile.create(self.path, create_kek(self.keks.first))
        self.keys = {case: self.file.create_key(KeyKind.CASE, case) for case in "ABC"}

    @property
    def kek(self):
        return self.keks.find(self.file.kek_id)

    def wrapped(self, id_):
        database = sqlite3.connect(self.path)
        ((row,),) = database.execute("SELECT wrapped FROM key WHERE id = ?", (id_,)).fetchall()
        database.close()
        return row


@pytest.fixture
def keys(tmp_path):
    made = Keys(tmp_path / "keys")
    yield made
    made.file.close()


def backup_of(keys, out):
    return write_backup(keys.path, out, now_ms=NOW, expires_at_ms=LATER)


def restored(keys, backup, folder, destroyed=()):
    folder.mkdir()
    path = folder / "keys.sqlite3"
    restore_backup(backup, path, keys.kek, destroyed)
    return KeyFile(path, keys.kek)


def test_a_backup_comes_back_whole(keys, tmp_path):
    made = backup_of(keys, tmp_path / "backup")
    assert read_backup(tmp_path / "backup") == made
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600
    file = restored(keys, tmp_path / "backup", tmp_path / "new")
    assert {case: file.key(KeyKind.CASE, case) for case in "ABC"} == keys.keys
    file.create_key(KeyKind.CASE, "D")
    file.close()
    assert stat.S_IMODE((tmp_path / "new" / "keys.sqlite3").stat().st_mode) == 0o600
    assert BackupLedger(tmp_path / "new" / "keys.sqlite3").all() == [made]
    assert not list(tmp_path.rglob(".tmp-*"))


def test_neither_a_key_nor_the_kek_stands_in_it(keys, tmp_path):
    backup_of(keys, tmp_path / "backup")
    held = (tmp_path / "backup").read_bytes()
    assert keys.kek.key not in held
    assert keys.keks.first.read_bytes().strip() not in held
    assert not [key for key in keys.keys.values() if key in held]


def test_what_was_destroyed_before_is_not_in_it(keys, tmp_path):
    wrapped = keys.wrapped("A")
    backup_of(keys, tmp_path / "before")
    assert wrapped in (tmp_path / "before").read_bytes()
    keys.file.destroy(KeyKind.CASE, "A")
    backup_of(keys, tmp_path / "after")
    assert wrapped not in (tmp_path / "after").read_bytes()
    file = restored(keys, tmp_path / "after", tmp_path / "new")
    with pytest.raises(KeyDestroyed):
        file.create_key(KeyKind.CASE, "A")
    file.close()


def test_an_older_backup_brings_nothing_back_that_the_log_says_is_gone(keys, tmp_path):
    wrapped = keys.wrapped("A")
    backup_of(keys, tmp_path / "before")
    gone = [(KeyKind.CASE, "A"), (KeyKind.CALL, "NEVER SEEN")]
    file = restored(keys, tmp_path / "before", tmp_path / "new", gone)
    for kind, id_ in gone:
        with pytest.raises(KeyDestroyed):
            file.create_key(kind, id_)
    assert file.key(KeyKind.CASE, "B") == keys.keys["B"]
    file.close()
    for path in (tmp_path / "new").iterdir():
        assert wrapped not in path.read_bytes()


def test_nothing_is_made_of_a_backup_that_does_not_open(keys, tmp_path):
    backup_of(keys, tmp_path / "backup")
    (tmp_path / "new").mkdir()
    place = tmp_path / "new" / "keys.sqlite3"
    other = create_kek(tmp_path / "other-kek")
    with pytest.raises(KekError, match=keys.kek.id):
        restore_backup(tmp_path / "backup", place, other, ())
    database = sqlite3.connect(tmp_path / "backup")
    database.execute("UPDATE key SET nonce = zeroblob(12) WHERE id = 'B'")
    database.commit()
    database.close()
    with pytest.raises(KekError, match="does not open"):
        restore_backup(tmp_path / "backup", place, keys.kek, ())
    assert not list((tmp_path / "new").iterdir())


@pytest.mark.parametrize("content", [b"", b"a letter", b"SQLite format 3\0" + b"x" * 200])
def test_another_file_is_no_backup(keys, tmp_path, content):
    (tmp_path / "letter").write_bytes(content)
    with pytest.raises(KekError):
        read_backup(tmp_path / "letter")
    with pytest.raises(KekError, match="no backup"):
        read_backup(keys.path)


def test_nothing_is_replaced(keys, tmp_path):
    backup_of(keys, tmp_path / "backup")
    with pytest.raises(FileExistsError):
        backup_of(keys, tmp_path / "backup")
    with pytest.raises(FileExistsError):
        restore_backup(tmp_path / "backup", keys.path, keys.kek, ())
    assert keys.file.key(KeyKind.CASE, "A") == keys.keys["A"]


def test_a_backup_that_ran_out_is_removed_where_it_lies(keys, tmp_path):
    here = backup_of(keys, tmp_path / "here")
    moved = backup_of(keys, tmp_path / "moved")
    (tmp_path / "moved").rename(tmp_path / "elsewhere")
    (tmp_path / "moved").write_bytes((tmp_path / "here").read_bytes())  # another one's place by now
    assert remove_expired(keys.path, LATER - 1) == []
    found = {one.id: one.is_kept() for one in remove_expired(keys.path, LATER)}
    assert found == {here.id: False, moved.id: True}
    assert not (tmp_path / "here").exists()
    assert (tmp_path / "moved").exists(), "what is not that backup is left alone"
    ledger = BackupLedger(keys.path)
    ledger.mark_gone(moved.id, LATER)
    assert ledger.kept() == []
    with pytest.raises(NotFound):
        ledger.mark_gone(moved.id, LATER)


def test_a_kek_that_backups_need_is_not_removed_by_the_way(keys, tmp_path):
    made = backup_of(keys, tmp_path / "backup")
    old = keys.kek
    rotate_kek(keys.file, keys.keks)
    kept = BackupLedger(keys.path).kept()
    with pytest.raises(KekError, match=made.id):
        remove_kek(keys.file, keys.keks, old.id, kept)
    (tmp_path / "new").mkdir()
    restore_backup(tmp_path / "backup", tmp_path / "new" / "keys.sqlite3", old, ())
    remove_kek(keys.file, keys.keks, old.id)
    assert open_key_file(keys.path, keys.keks).key(KeyKind.CASE, "A") == keys.keys["A"]


class Crash(BaseException):
    """The process stopped here."""


class CrashingDisk(Disk):
    """Stops at the n-th step, before it is done."""

    def __init__(self, at):
        self.left = at

    def _step(self):
        self.left -= 1
        if self.left == 0:
            raise Crash

    def sync(self, descriptor):
        self._step()
        super().sync(descriptor)

    def link(self, source, target):
        self._step()
        super().link(source, target)

    def sync_directory(self, path):
        self._step()
        super().sync_directory(path)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_crash_leaves_no_half_backup_under_its_name(keys, tmp_path, at):
    out = tmp_path / "backup"
    with pytest.raises(Crash):
        write_backup(keys.path, out, now_ms=NOW, expires_at_ms=LATER, disk=CrashingDisk(at))
    (listed,) = BackupLedger(keys.path).kept()
    assert not out.exists() or read_backup(out) == listed, "there is no copy that no list names"
    (tmp_path / f".tmp-{listed.id}").write_bytes(b"what a kill would have left")
    remove_expired(keys.path, LATER)
    assert not list(tmp_path.glob(".tmp-*"))
    assert not out.exists()


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_restore_that_was_cut_short_is_done_again(keys, tmp_path, at):
    made = backup_of(keys, tmp_path / "backup")
    place = tmp_path / "new" / "keys.sqlite3"
    place.parent.mkdir()
    with pytest.raises(Crash):
        restore_backup(tmp_path / "backup", place, keys.kek, (), disk=CrashingDisk(at))
    if not place.exists():
        (place.parent / f".tmp-{made.id}").write_bytes(b"what a kill would have left")
        restore_backup(tmp_path / "backup", place, keys.kek, ())
    file = KeyFile(place, keys.kek)
    assert {case: file.key(KeyKind.CASE, case) for case in "ABC"} == keys.keys
    file.close()
    assert not list(place.parent.glob(".tmp-*"))
