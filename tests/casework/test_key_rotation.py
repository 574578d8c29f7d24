"""A new KEK: every key comes through, whenever it is cut short, and what was wrapped before is gone."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from audit.durable import Disk
from casework.errors import KeyDestroyed, StoreUnavailable
from casework.keys.kek import Kek, KekError, create_kek, read_kek
from casework.keys.kek_files import KekFiles
from casework.keys.key_file import KeyFile, KeyKind
from casework.keys.key_status import key_status
from casework.keys.opening import open_key_file
from casework.keys.rotation import remove_kek, rotate_kek

CASES = [f"CASE{n}" for n in range(5)]


class Folder:
    """A key file with a few keys, one of them destroyed."""

    def __init__(self, path):
        self.path = path
        path.mkdir()
        self.keks = KekFiles(path / "kek")
        file = KeyFile.create(self.file, create_kek(self.keks.first))
        self.keys = {case: file.create_key(KeyKind.CASE, case) for case in CASES}
        file.create_key(KeyKind.CALL, "GONE")
        file.destroy(KeyKind.CALL, "GONE")
        file.close()

    @property
    def file(self):
        return self.path / "keys.sqlite3"

    def open(self):
        return open_key_file(self.file, self.keks)

    def wrapped(self):
        database = sqlite3.connect(self.file)
        rows = database.execute("SELECT wrapped FROM key WHERE wrapped IS NOT NULL").fetchall()
        database.close()
        return [row[0] for row in rows]


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "keys")


def check(path, keys):
    """The file found at `path` opens, by whichever KEK, and nothing of it is lost."""
    file = open_key_file(path / "keys.sqlite3", KekFiles(path / "kek"))
    try:
        assert {case: file.key(KeyKind.CASE, case) for case in keys} == keys
        with pytest.raises(KeyDestroyed):
            file.key(KeyKind.CALL, "GONE")
        return file.kek_id
    finally:
        file.close()


def rotated(folder):
    file = folder.open()
    try:
        return rotate_kek(file, folder.keks)
    finally:
        file.close()


def test_every_key_comes_through_and_the_old_kek_opens_nothing(folder):
    old, before = read_kek(folder.keks.first), folder.wrapped()
    kek = rotated(folder)
    assert check(folder.path, folder.keys) == kek.id != old.id
    with pytest.raises(KekError, match="another"):
        KeyFile(folder.file, old)
    held = b"".join(path.read_bytes() for path in folder.path.iterdir())
    assert not [row for row in before if row in held], (
        "a key wrapped under the old KEK is still there"
    )


def test_keys_can_be_made_and_destroyed_while_the_file_is_open(folder):
    file = folder.open()
    rotate_kek(file, folder.keks)
    new = file.create_key(KeyKind.CASE, "NEW")
    file.destroy(KeyKind.CASE, CASES[0])
    file.close()
    check(folder.path, {case: key for case, key in folder.keys.items() if case != CASES[0]})
    again = folder.open()
    assert again.key(KeyKind.CASE, "NEW") == new
    again.close()


def test_it_can_be_done_again_and_again(folder):
    ids = [rotated(folder).id for _ in range(3)]
    assert check(folder.path, folder.keys) == ids[-1]
    assert len(folder.keks.paths()) == 4


def test_the_old_kek_stays_until_it_is_removed(folder):
    old = read_kek(folder.keks.first)
    kek = rotated(folder)
    file = folder.open()
    with pytest.raises(KekError, match="in force"):
        remove_kek(file, folder.keks, kek.id)
    remove_kek(file, folder.keks, old.id)
    with pytest.raises(KekError):
        remove_kek(file, folder.keks, old.id)
    file.close()
    assert [path.name for path in folder.keks.paths()] == [f"kek-{kek.id}"]
    assert check(folder.path, folder.keys) == kek.id


def test_a_row_that_does_not_open_stops_it_with_nothing_changed(folder):
    database = sqlite3.connect(folder.file)
    database.execute("UPDATE key SET nonce = zeroblob(12) WHERE id = ?", (CASES[3],))
    database.commit()
    database.close()
    before, old = folder.wrapped(), read_kek(folder.keks.first)
    file = folder.open()
    with pytest.raises(KekError, match="does not open"):
        rotate_kek(file, folder.keks)
    assert file.kek_id == old.id
    assert file.key(KeyKind.CASE, CASES[0]) == folder.keys[CASES[0]]
    file.close()
    assert folder.wrapped() == before


def test_a_reader_that_keeps_old_rows_alive_is_told_of(folder):
    reader = sqlite3.connect(folder.file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM key").fetchall()
    file = folder.open()
    file._database.execute("PRAGMA busy_timeout=10").fetchall()
    with pytest.raises(StoreUnavailable, match="reads"):
        file.destroy(KeyKind.CASE, CASES[0])
    reader.close()
    assert not file.destroy(KeyKind.CASE, CASES[0]), "the second time only clears away"
    file.close()


def test_the_status_opens_no_key(folder):
    kek = rotated(folder)
    (folder.path / "kek-broken").write_bytes(b"?")
    status = key_status(folder.file, folder.keks)
    assert status.kek_id == kek.id
    found = {one.path.name: (one.in_force, bool(one.fault)) for one in status.keks}
    assert found == {
        "kek": (False, False),
        f"kek-{kek.id}": (True, False),
        "kek-broken": (False, True),
    }
    counts = {one.kind: (one.present, one.destroyed) for one in status.counts}
    assert counts == {KeyKind.CASE: (5, 0), KeyKind.CALL: (0, 1), KeyKind.INDEX: (0, 0)}


class Crash(BaseException):
    """The process stopped here; nothing that catches Exception may see it."""


class CrashingDisk(Disk):
    """Stops at the n-th step."""

    def __init__(self, at):
        self.left = at

    def step(self):
        self.left -= 1
        if self.left == 0:
            raise Crash

    def create(self, path, data, mode):
        self.step()
        return super().create(path, data, mode)

    def sync(self, descriptor):
        self.step()
        super().sync(descriptor)

    def link(self, source, target):
        self.step()
        super().link(source, target)

    def unlink(self, path):
        self.step()
        super().unlink(path)

    def sync_directory(self, path):
        self.step()
        super().sync_directory(path)


def test_a_crash_while_the_new_kek_is_written_changes_nothing(folder, tmp_path):
    old = read_kek(folder.keks.first)
    at = 0
    while True:
        at += 1
        copy = tmp_path / f"crash-{at}"
        shutil.copytree(folder.path, copy)
        keks = KekFiles(copy / "kek", CrashingDisk(at))
        file = open_key_file(copy / "keys.sqlite3", keks)
        try:
            rotate_kek(file, keks)
        except Crash:
            file.close()
            assert check(copy, folder.keys) == old.id
        else:
            file.close()
            break
    assert at > 4
    assert check(copy, folder.keys) != old.id


def test_a_crash_at_any_statement_leaves_all_old_or_all_new(folder, tmp_path):
    """What lies on the disk just before each statement is what a kill there leaves."""
    old = read_kek(folder.keks.first).id
    found = []
    file = folder.open()

    def copy_what_is_there(_statement):
        found.append(tmp_path / f"moment-{len(found)}")
        shutil.copytree(folder.path, found[-1], ignore=shutil.ignore_patterns("*-shm"))

    file._database.set_trace_callback(copy_what_is_there)
    kek = rotate_kek(file, folder.keks)
    file._database.set_trace_callback(None)
    file.close()
    assert len(found) > 2 * len(CASES)
    ends = [check(moment, folder.keys) for moment in found]
    assert ends == sorted(ends, key=[old, kek.id].index), "first all old, then all new"
    assert set(ends) == {old, kek.id}


def test_a_failure_at_any_statement_leaves_all_old_or_all_new(folder, tmp_path):
    """The same for a call that fails in a process that lives on: a full disk, an I/O error."""
    old = read_kek(folder.keks.first).id
    at, ended = 0, set()
    while True:
        at += 1
        copy = tmp_path / f"failure-{at}"
        shutil.copytree(folder.path, copy)
        file = open_key_file(copy / "keys.sqlite3", KekFiles(copy / "kek"))
        left = [at]

        def refuse(*_asked, left=left):
            left[0] -= 1
            return sqlite3.SQLITE_DENY if left[0] == 0 else sqlite3.SQLITE_OK

        # Every statement is asked for while it is prepared, so it fails before it has run.
        file._database.set_authorizer(refuse)
        try:
            rotate_kek(file, KekFiles(copy / "kek"))
        except sqlite3.DatabaseError:
            file._database.set_authorizer(None)
            assert not file._database.in_transaction
            assert file.key(KeyKind.CASE, CASES[0]) == folder.keys[CASES[0]]
            file.close()
            ended.add(check(copy, folder.keys) == old)
        else:
            file.close()
            break
    assert True in ended
    assert check(copy, folder.keys) != old


ROTATING = """
import sys
from pathlib import Path
from casework.keys.kek_files import KekFiles
from casework.keys.opening import open_key_file
from casework.keys.rotation import rotate_kek

path = Path(sys.argv[1])
keks = KekFiles(path / "kek")
file = open_key_file(path / "keys.sqlite3", keks)
while True:
    print(rotate_kek(file, keks).id, flush=True)
"""


@pytest.mark.faults
def test_kill_9_at_random_moments(folder):
    chance = random.Random(4)
    told = read_kek(folder.keks.first).id
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", ROTATING, str(folder.path)], stdout=subprocess.PIPE
        )
        with process:
            told = process.stdout.readline().decode().strip()
            time.sleep(chance.uniform(0.0, 0.15))  # the moment of the kill, not a wait
            process.send_signal(signal.SIGKILL)
            rest = [line.decode().strip() for line in process.stdout if line.endswith(b"\n")]
        told = [told, *rest][-1]
        in_force = check(folder.path, folder.keys)
        # The last one told of, or one whose telling the kill cut off.
        assert in_force == told or in_force not in rest
    assert len(folder.keks.paths()) > 5


def test_a_kek_file_under_the_name_of_another_is_refused(folder):
    kek = Kek(os.urandom(32))
    folder.keks.add(kek)
    with pytest.raises(KekError, match="cannot read"):
        KekFiles(folder.path / "none").find(kek.id)
    folder.keks.path_of(kek.id).rename(folder.keks.path_of("0" * 16))
    with pytest.raises(KekError, match="another"):
        folder.keks.find("0" * 16)
