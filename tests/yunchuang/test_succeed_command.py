"""`yunchuang log succeed`: what it refuses, what it asks for, and what it says."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from audit.errors import LogStateError
from audit.successor import Cause
from casework.data_dir import DataDirError
from casework.installation import opened
from casework.keys.kek import KekError
from casework.log.condition import Fault, look_at_log
from casework.log.succession import survey as survey_module
from casework.log.succession.plan import SuccessionUnfinished, write_plan
from casework.log.succession.survey import SuccessionRefused
from scenes.succession import NEW, NEWER, OLD, House, follow, older_log, plan
from yunchuang.demo_data import trusted_keys
from yunchuang.doctor import examine
from yunchuang.log_command import log
from yunchuang.settings import Settings


def run(house: House, *options: str) -> Result:
    return CliRunner().invoke(log, [*options, "--data", str(house.data.path)])


def content(house: House) -> dict[Path, bytes]:
    found = (path for path in house.data.path.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in found if path.parent != house.data.run}


def test_it_tells_what_it_would_do_and_does_it_when_told_so(house: House):
    before = content(house)
    options = ("succeed", "--origin", NEW, "--cause", "key_rotation")
    done = run(house, *options)
    assert done.exit_code == 1
    assert f"{OLD} ends: key_rotation" in done.stdout
    assert f"nothing was done; `--confirm {OLD}` does it" in done.stdout
    assert run(house, *options, "--confirm", NEW).exit_code == 2
    assert run(house, "succeed", "--origin", NEW).exit_code == 2
    assert content(house) == before

    done = run(house, *options, "--confirm", OLD)
    assert done.exit_code == 0
    key = look_at_log(house.data).key
    assert key.vkey in done.stdout.splitlines()
    assert "strikes it out" in done.stdout
    done = run(house, "status", "--json")
    facts = json.loads(done.stdout)
    assert (done.exit_code, facts["origin"], facts["faults"]) == (0, NEW, [])
    assert [one["origin"] for one in facts["succeeds"]] == [OLD]
    assert f"succeeds: {OLD} key_rotation" in run(house, "status").stdout
    assert run(house, "verify").exit_code == 0


def test_a_demonstration_believes_the_new_key_too(house: House):
    """Its file of keys stands for all who would be handed one."""
    trusted_keys(house.data).write_text(f"{house.vkey}\n")
    old = house.vkey
    options = ("--origin", NEW, "--cause", "key_rotation", "--confirm", OLD)
    assert run(house, "succeed", *options).exit_code == 0
    assert trusted_keys(house.data).read_text().split() == [old, house.vkey]


def test_a_log_that_is_not_whole_needs_a_cause_that_says_so(house: House):
    with pytest.raises(SuccessionRefused, match="nothing of the log is lost"):
        plan(house.data, Cause.LOG_LOST)
    older_log(house)
    for cause in (Cause.KEY_ROTATION, Cause.ORIGIN_CHANGED):
        with pytest.raises(SuccessionRefused, match="must say so: tiles older"):
            plan(house.data, cause)


def test_a_new_log_has_a_new_name(house: House):
    with pytest.raises(SuccessionRefused, match="a new origin"):
        plan(house.data, Cause.KEY_ROTATION, OLD)
    follow(house.data, Cause.KEY_ROTATION)
    with pytest.raises(SuccessionRefused, match="was a log of this installation"):
        plan(house.data, Cause.KEY_ROTATION, OLD)


EDITS = {
    "edited": "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '\"v\":1', '\"v\":2') AS BLOB)"
    " WHERE position = 4",
    "missing": "DELETE FROM entry WHERE position = 4",
    "moved": "UPDATE entry SET log_index = NULL WHERE position = 4",
}


@pytest.mark.parametrize("edit", EDITS)
def test_no_row_that_was_edited_is_handed_on(house: House, edit: str):
    with closing(sqlite3.connect(house.data.database)) as database, database:
        assert database.execute(EDITS[edit]).rowcount == 1
    with pytest.raises(SuccessionRefused):
        plan(house.data, Cause.KEY_STOLEN)


def test_there_is_a_last_log_that_can_be_followed(house: House, monkeypatch):
    """A verifier looks at so many logs before one, and would refuse the next."""
    monkeypatch.setattr(survey_module, "MAX_LOGS_BEFORE", 1)
    follow(house.data, Cause.KEY_ROTATION)
    with pytest.raises(SuccessionRefused, match="1 logs came before"):
        plan(house.data, Cause.KEY_ROTATION, NEWER)


def test_not_while_a_desk_runs(house: House):
    with opened(house.data), pytest.raises(DataDirError):
        follow(house.data, Cause.KEY_ROTATION)


def test_nothing_starts_until_it_is_done_and_the_same_command_goes_on(house: House):
    write_plan(house.data, plan(house.data, Cause.KEY_ROTATION).plan)
    with pytest.raises(SuccessionUnfinished), opened(house.data):
        raise AssertionError("it opened")
    assert issubclass(SuccessionUnfinished, LogStateError)
    assert Fault.SUCCESSION_UNFINISHED in look_at_log(house.data).faults
    findings = {one.name: one for one in examine(Settings.alone(data=house.data.path, port=0))}
    assert not findings["succession of the log"].ok
    other = run(house, "succeed", "--origin", NEWER, "--cause", "key_stolen")
    assert other.exit_code == 2
    done = run(house, "succeed")
    assert done.exit_code == 0
    assert f"going on with {OLD} -> {NEW}" in done.stdout
    with opened(house.data) as installation:
        assert installation.log.origin == NEW


def test_without_the_keys_of_the_cases_nothing_is_begun(house: House):
    """The desk could not start anyway; what is begun is finished once they are back."""
    kek = next(house.data.kek.parent.glob("kek*"))
    away = kek.rename(kek.with_name("away"))
    with pytest.raises(KekError):
        follow(house.data, Cause.KEY_ROTATION)
    away.rename(kek)
    assert run(house, "succeed").exit_code == 0
