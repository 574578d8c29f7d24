"""`yunchuang init` begins an installation once: a centre, a calendar, one administrator."""

import datetime as dt
import subprocess
import sys
import time

import pytest

from casework.data_dir import DataDir
from casework.errors import InvalidInput
from casework.installation import opened
from casework.views.centre import has_begun, staff_lines
from casework.views.working_calendar import working_calendar
from scenes.command import yunchuang
from yunchuang.administrators import administrator
from yunchuang.init_command import read_calendar

ORIGIN = "init.yunchuang.example/log"
PASSWORD = "四海云窗-启用第一天"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    (tmp_path / "calendar.yaml").write_text(
        "holidays: [2026-10-01, 2026-10-02]\nworking_days:\n  - 2026-10-10\n", encoding="utf-8"
    )
    return tmp_path


def arguments(files):
    return [
        "init", "--data", files / "data", "--origin", ORIGIN, "--centre", "示范市人社大厅",
        "--number", "0001", "--name", "管理员01", "--password-file", files / "password",
    ]  # fmt: skip


def begin(files, *more):
    return yunchuang(*arguments(files), *more)


def test_a_centre_a_calendar_and_an_administrator_who_signs_in(files):
    done = begin(files, "--calendar", files / "calendar.yaml")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{ORIGIN}+")
    assert PASSWORD not in done.stdout + done.stderr
    with opened(DataDir(files / "data")) as installation:
        actor = administrator(installation, "0001", PASSWORD)
        with installation.store.reading() as conn:
            (line,) = staff_lines(conn, installation.clock.wall_ms())
            calendar = working_calendar(conn)
    assert (line.id, line.name, line.password_to_change) == (actor.id, "管理员01", False)
    assert not calendar.works(dt.date(2026, 10, 1))
    assert calendar.works(dt.date(2026, 10, 10))


def test_a_second_beginning_is_refused_and_changes_nothing(files):
    assert begin(files).returncode == 0
    again = begin(files)
    assert again.returncode == 1
    assert again.stderr.splitlines()[-1].startswith("yunchuang: O-08")
    with opened(DataDir(files / "data")) as installation, installation.store.reading() as conn:
        assert len(staff_lines(conn, installation.clock.wall_ms())) == 1


def test_a_run_that_was_killed_after_the_directory_is_finished_by_the_same_command(files):
    made = yunchuang("init", "--data", files / "data", "--origin", ORIGIN)
    assert made.returncode == 0, made.stderr
    done = begin(files)
    assert done.returncode == 0, done.stderr
    with opened(DataDir(files / "data")) as installation, installation.store.reading() as conn:
        assert installation.log.origin == ORIGIN
        assert has_begun(conn)


@pytest.mark.parametrize("made", ["keys", "desk.sqlite3", "log-key"])
def test_a_run_killed_while_it_makes_the_directory_is_finished_by_the_same_command(files, made):
    command = [sys.executable, "-c", "from yunchuang.cli import main; main()", *arguments(files)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    waiting_until = time.monotonic() + 60
    while not (files / "data" / made).exists():
        assert process.poll() is None
        assert time.monotonic() < waiting_until
        time.sleep(0.001)
    process.kill()
    process.wait()
    done = begin(files)
    # Where the kill came late everything was there already; there is never half of it.
    assert done.returncode == 0 or "O-08" in done.stderr, done.stderr
    with opened(DataDir(files / "data")) as installation, installation.store.reading() as conn:
        assert len(staff_lines(conn, installation.clock.wall_ms())) == 1
    assert [path.name for path in files.iterdir() if "beginning" in path.name] == []


def test_a_directory_that_holds_something_else_is_left_alone(files):
    (files / "data").mkdir()
    (files / "data" / "letter.txt").write_text("mine")
    done = begin(files)
    assert done.returncode == 1
    assert [path.name for path in (files / "data").iterdir()] == ["letter.txt"]
    assert begin(files).returncode == 1


@pytest.mark.parametrize("password", ["", "short", "x0001-0001-x", "a" * 201])
def test_a_bad_password_makes_nothing(files, password):
    (files / "password").write_text(password)
    done = begin(files)
    assert done.returncode == 1
    assert "K-01" in done.stderr
    assert not (files / "data").exists()


@pytest.mark.parametrize(
    "text",
    [
        "holidays: [1]",
        "- 2026-10-01",
        "holidays: [2026-10-01]\nworking_days: [2026-10-01]",
        "holidays: [2026-10-01 10:00:00]",
        "other: []",
        "{",
    ],
)
def test_a_bad_calendar_is_refused(tmp_path, text):
    path = tmp_path / "calendar.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput):
        read_calendar(path)
