"""A log follows another in a real installation: what was there before, and what comes after."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from audit.package.model import Form
from audit.successor import Cause
from audit.verifier.cli import parse_receipt
from audit.verifier.note import parse_checkpoint
from audit.verifier.report import Report, Verdict
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from casework.installation import opened
from casework.log.condition import look_at_log
from casework.log.setup import load_log_key
from casework.log.succession.ended import ended_log, ended_logs
from scenes.succession import (
    NEW,
    NEWER,
    OLD,
    House,
    decide,
    follow,
    older_database,
    older_log,
    older_log_and_store,
    put,
    receipt_of,
)
from yunchuang.evidence import PackageShelf
from yunchuang.export import Exporter
from yunchuang.package_log import PackageLogGone


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def checked(path: Path, *vkeys: str, **brought) -> Report:
    keys = parse_keys("".join(f"{vkey}\n" for vkey in vkeys).encode(), "keys")
    return verify(path, make_trust(keys, None, outside=True), **brought)


@dataclass(frozen=True)
class Ended:
    """How a log came to its end: what happened, whether entries are lost, whether it can be read."""

    cause: Cause
    happened: Callable[[House], object] = lambda house: None
    loses: bool = False
    readable: bool = True


ENDED = {
    "the key is to be changed": Ended(Cause.KEY_ROTATION),
    "the name is to be changed": Ended(Cause.ORIGIN_CHANGED),
    "the key was stolen": Ended(Cause.KEY_STOLEN),
    "the log is older than its store": Ended(Cause.LOG_LOST, older_log),
    "log and store are older than the database": Ended(Cause.LOG_LOST, older_log_and_store),
    "the log is gone": Ended(
        Cause.LOG_LOST, lambda house: put(house.data.log, None), readable=False
    ),
    "the store is gone": Ended(
        Cause.LOG_LOST, lambda house: put(house.data.checkpoint_store, None)
    ),
    "the database is older than the log": Ended(Cause.LOG_LOST, older_database, loses=True),
}


@pytest.mark.parametrize("how", ENDED)
def test_every_case_has_its_proofs_in_the_log_that_follows(how: str, house: House, tmp_path: Path):
    ended = ENDED[how]
    ended.happened(house)
    before = files(house.data.log) if house.data.log.exists() else {}
    key = follow(house.data, ended.cause)
    assert key.name == NEW
    assert load_log_key(house.data.log_key).verifying_key == key
    found = look_at_log(house.data)
    assert (found.faults, found.waiting, found.logged) == ((), 0, found.published.head.size)
    (told,) = found.before
    assert (told.origin, told.cause) == (OLD, ended.cause)
    assert (told.carried < told.head.size) == ended.loses

    kept = ended_log(house.data, OLD)
    assert (kept.key.name, files(kept.directory) if before else {}) == (OLD, before)
    assert not any(path.stat().st_mode & 0o222 for path in kept.directory.rglob("*"))

    with opened(house.data) as installation:
        fresh = decide(installation, house.city, house.data, NEW)
        exporter = Exporter(installation)
        for name, case_id in (("old", house.case_id), ("fresh", fresh)):
            exporter.write(exporter.make(case_id, Form.SEALED), tmp_path / name)
            report = checked(tmp_path / name, key.vkey)
            assert (report.problems, report.verdict) == ([], Verdict.GOOD)
            assert (report.origin, report.status["decisions"]["signed"]) == (NEW, 1)
        paper = parse_receipt(receipt_of(installation, fresh, NEW))
    assert checked(tmp_path / "fresh", key.vkey, receipt=paper).problems == []
    report = checked(house.data.log, key.vkey)
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)


@pytest.mark.parametrize("how", ENDED)
def test_a_paper_of_the_old_log_is_checked_years_later(how: str, house: House, tmp_path: Path):
    ENDED[how].happened(house)
    key = follow(house.data, ENDED[how].cause)
    with opened(house.data) as installation:
        exporter = Exporter(installation)
        exporter.write(exporter.make(house.case_id, Form.SEALED), tmp_path / "package")
    origin, index, leaf = house.receipt.split()
    report = checked(tmp_path / "package", key.vkey, receipt=parse_receipt(house.receipt))
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
    assert report.status["receipt"]["index_here"] == int(index) + 1
    assert checked(house.data.log, key.vkey, receipt=parse_receipt(house.receipt)).problems == []
    for other in (f"{origin} {index} {'00' * 32}", f"{origin} {int(index) + 1} {leaf}"):
        assert checked(tmp_path / "package", key.vkey, receipt=parse_receipt(other)).exit_code == 1


@pytest.mark.parametrize("how", ENDED)
def test_a_checkpoint_of_the_old_log_is_extended_unless_entries_are_lost(how: str, house: House):
    ENDED[how].happened(house)
    vkey = house.earlier and load_log_key(house.earlier.log_key).verifying_key.vkey
    key = follow(house.data, ENDED[how].cause)
    older = parse_checkpoint((house.earlier.log / "checkpoint").read_bytes(), "since")
    assert checked(house.data.log, key.vkey, vkey, since=older).problems == []
    newest = parse_checkpoint(house.checkpoint, "since")
    report = checked(house.data.log, key.vkey, vkey, since=newest)
    found = [problem.code for problem in report.problems]
    assert found == (["log.since"] if ENDED[how].loses else [])


@pytest.mark.parametrize("how", ENDED)
def test_packages_of_the_old_log_are_written_again_while_it_can_be_read(
    how: str, house: House, tmp_path: Path
):
    vkey = house.vkey
    ENDED[how].happened(house)
    follow(house.data, ENDED[how].cause)
    with opened(house.data) as installation:
        exporter = Exporter(installation)
        shelf = PackageShelf(installation, house.data.packages)
        if ENDED[how].readable:
            exporter.write(house.package_id, tmp_path / "again.zip")
            assert (tmp_path / "again.zip").read_bytes() == house.package
            assert shelf.verify(house.case_id, house.package_id).verdict == "good"
        else:
            with pytest.raises(PackageLogGone):
                exporter.write(house.package_id, tmp_path / "again.zip")
            assert shelf.packages(house.case_id) == []
    (tmp_path / "kept.zip").write_bytes(house.package)
    assert checked(tmp_path / "kept.zip", vkey).verdict is Verdict.GOOD


def test_a_second_log_follows_the_first_that_followed(house: House, tmp_path: Path):
    vkeys = [house.vkey, follow(house.data, Cause.KEY_ROTATION).vkey]
    with opened(house.data) as installation:
        second = decide(installation, house.city, house.data, NEW)
        papers = [house.receipt, receipt_of(installation, second, NEW)]
    kept = (house.data.log / "checkpoint").read_bytes()
    key = follow(house.data, Cause.KEY_STOLEN, NEWER)
    assert len(ended_logs(house.data)) == 2
    report = checked(house.data.log, key.vkey)
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
    assert [one["origin"] for one in report.status["succeeds"]] == [NEW, OLD]
    for note in (kept, house.checkpoint):
        since = parse_checkpoint(note, "since")
        assert checked(house.data.log, key.vkey, *vkeys, since=since).problems == []
    with opened(house.data) as installation:
        exporter = Exporter(installation)
        for case_id, paper in zip((house.case_id, second), papers, strict=True):
            exporter.write(exporter.make(case_id, Form.SEALED), tmp_path / case_id)
            report = checked(tmp_path / case_id, key.vkey, receipt=parse_receipt(paper))
            assert (report.problems, report.verdict) == ([], Verdict.GOOD)
        exporter.write(house.package_id, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == house.package


def test_a_database_from_before_the_first_succession_knows_the_first_log_all_the_same(
    house: House,
):
    follow(house.data, Cause.KEY_ROTATION)
    older_database(house)
    key = follow(house.data, Cause.LOG_LOST, NEWER)
    report = checked(house.data.log, key.vkey, receipt=parse_receipt(house.receipt))
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
    assert [one["origin"] for one in report.status["succeeds"]] == [NEW, OLD]
    assert look_at_log(house.data).faults == ()


def test_what_counts_by_the_sizes_of_the_old_log_goes_with_it(house: House):
    """A time-stamp names a size; the new log has another tree of that size."""
    house.data.time_stamps.mkdir(exist_ok=True)
    (house.data.time_stamps / f"{9:016d}-{1_790_000_000_000:013d}.tsr").write_bytes(b"answer")
    house.data.witnesses.write_text("[]")
    follow(house.data, Cause.KEY_ROTATION)
    kept = ended_log(house.data, OLD).directory.parent / "time-stamps"
    assert len(list(kept.iterdir())) == 1
    assert not house.data.time_stamps.exists()
    assert not house.data.witnesses.exists()
    with opened(house.data) as installation:
        assert installation.time_stamps.stamped_size() == 0


def test_a_log_whose_key_is_lost_is_followed_by_its_public_key(house: House):
    old = load_log_key(house.data.log_key).verifying_key
    house.data.log_key.unlink()
    key = follow(house.data, Cause.KEY_LOST, old=old)
    assert checked(house.data.log, key.vkey).verdict is Verdict.GOOD


def test_a_witness_knows_of_a_loss_that_nothing_here_shows(house: House):
    """Database, log and store were all brought back from the same older day."""
    older_database(house)
    older_log_and_store(house)
    assert look_at_log(house.data).faults == ()
    key = follow(house.data, Cause.LOG_LOST, checkpoint=house.checkpoint)
    (told,) = look_at_log(house.data).before
    assert told.carried < told.head.size
    assert checked(house.data.log, key.vkey).status["succeeds"][0]["lost"] > 0


def test_a_thief_of_the_old_key_goes_on_in_vain(house: House, tmp_path: Path):
    """He signs on under the old name; whoever trusts the new key alone is not deceived."""
    stolen = shutil.copytree(house.data.path, tmp_path / "stolen")
    key = follow(house.data, Cause.KEY_STOLEN)
    with opened(type(house.data)(stolen)) as installation:
        decide(installation, house.city, installation.data, OLD)
    forged = stolen / "log"
    assert checked(forged, house.vkey).exit_code == 1, "the new key is not the old log's"
    since = parse_checkpoint((forged / "checkpoint").read_bytes(), "since")
    report = checked(house.data.log, key.vkey, ended_logs(house.data)[0].key.vkey, since=since)
    assert [problem.code for problem in report.problems] == ["log.since"]
