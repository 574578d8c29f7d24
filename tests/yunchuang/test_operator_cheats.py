"""The operator of a real installation cheats with SQL and files, behind the program that runs: what he
exports then is refused, and what he touched is named.
"""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from audit.package.model import Form
from audit.verifier.report import Report
from audit.verifier.trust import Trust, make_trust, parse_keys
from audit.verifier.verify import verify
from casework.clock import ManualClock
from casework.data_dir import DataDir
from casework.installation import Installation, init_data_dir, opened
from casework.keys.key_ring import SealBroken
from casework.materials.local import LocalMaterialStore
from casework.policy.refusals import PackageOutdated
from casework.ports import GapCause
from casework.views.package_contents import CaseEvidence, case_evidence
from scenes import case_scene
from scenes.recorded_call import RecordedCall
from yunchuang import export
from yunchuang.export import Exporter

DECIDED = "decision.confirmed"


@dataclass(frozen=True)
class House:
    """One whole case with its call, over and logged."""

    installation: Installation
    call: RecordedCall
    exporter: Exporter
    trust: Trust

    @property
    def case(self) -> str:
        return f"case:{self.call.case_id}"

    def place(self, type_: str) -> int:
        """Seq of the case's first entry of this type."""
        with closing(sqlite3.connect(self.installation.data.database)) as database:
            row = "SELECT seq FROM entry WHERE chain = ? AND type = ? ORDER BY seq LIMIT 1"
            return database.execute(row, (self.case, type_)).fetchone()[0]

    def part(self, at: int, suffix: str = "bin") -> Path:
        parts = sorted((self.installation.data.recordings / self.call.call_id).glob(f"*.{suffix}"))
        return parts[at]

    def exported(self, folder: Path) -> Report:
        self.exporter.write(self.exporter.make(self.call.case_id, Form.SEALED), folder / "package")
        return verify(folder / "package", self.trust)


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    data, clock = DataDir(tmp_path_factory.mktemp("cheated") / "data"), ManualClock()
    init_data_dir(data, origin="test.yunchuang.example/log")
    with opened(data, clock=clock) as installation, pytest.MonkeyPatch.context() as patch:
        materials = LocalMaterialStore(data.materials, installation.keys)
        patch.setattr(
            case_scene, "a_stored", lambda case_id: materials.put(case_id, out.getvalue())
        )
        call = RecordedCall(installation, clock)
        call.record(10_000)
        call.comes_back(call.window.leg_id, GapCause.LEG_GONE, 2_000)
        call.record(4_000)
        call.healthy()
        call.identify()
        call.record(20_000)
        call.healthy()
        call.confirm(call.prepare())
        call.holds_case = False
        call.is_over()
        exporter = Exporter(installation)
        keys = parse_keys(f"{exporter.key.vkey}\n".encode(), "keys")
        yield House(installation, call, exporter, make_trust(keys, None, outside=True))


@contextmanager
def gone(house: House, table: str, where: str, *values: object) -> Iterator[None]:
    """Rows are not there for a while."""
    with closing(sqlite3.connect(house.installation.data.database, timeout=20)) as database:
        with database:
            rows = database.execute(f"SELECT * FROM {table} WHERE {where}", values).fetchall()
            assert rows
            database.execute("PRAGMA foreign_keys = OFF")
            database.execute(f"DELETE FROM {table} WHERE {where}", values)
        try:
            yield
        finally:
            marks = ",".join("?" * len(rows[0]))
            with database:
                database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


@contextmanager
def other_files(house: House, *paths: Path) -> Iterator[None]:
    before = {path: path.read_bytes() for path in paths}
    try:
        yield
    finally:
        for path, data in before.items():
            path.write_bytes(data)


def named(report: Report) -> set[tuple[str, str]]:
    assert report.exit_code == 1
    return {(problem.code, problem.record) for problem in report.problems}


def test_left_alone_it_is_good(house: House, tmp_path: Path):
    report = house.exported(tmp_path)
    assert (report.problems, report.exit_code) == ([], 0)


def test_an_entry_left_out(house: House):
    """The seal would not be the chain's next entry: nothing is exported."""
    seq = house.place("desk.identity.confirmed_on_camera")
    with (
        gone(house, "entry", "chain = ? AND seq = ?", house.case, seq),
        pytest.raises(PackageOutdated),
    ):
        house.exporter.make(house.call.case_id, Form.SEALED)


def test_a_call_left_out(house: House, tmp_path: Path, monkeypatch):
    """By a program that was changed: it knows of no call."""

    def forgetful(conn: Connection, case_id: str) -> CaseEvidence:
        whole = case_evidence(conn, case_id)
        own = tuple(pair for pair in whole.chains if pair[0] == house.case)
        return replace(whole, chains=own, parts=())

    monkeypatch.setattr(export, "case_evidence", forgetful)
    found = named(house.exported(tmp_path))
    assert ("chain.refs", f"{house.case}#{house.place(DECIDED)}") in found
    assert ("chain.called", f"{house.case}#{house.place('desk.case.called')}") in found


def test_a_part_of_the_recording_left_out(house: House, tmp_path: Path):
    part = house.part(1).stem
    with gone(house, "part", "id = ?", part):
        report = house.exported(tmp_path)
    assert ("rec.part", f"{house.call.call_id}/{part}") in named(report)


def test_recordings_exchanged_on_the_disk(house: House, tmp_path: Path):
    files = [house.part(at, suffix) for at in (0, 1) for suffix in ("bin", "tsv")]
    with other_files(house, *files):
        first, second = house.part(0).read_bytes(), house.part(1).read_bytes()
        house.part(0).write_bytes(second)
        house.part(1).write_bytes(first)
        lines = house.part(0, "tsv").read_bytes(), house.part(1, "tsv").read_bytes()
        house.part(0, "tsv").write_bytes(lines[1])
        house.part(1, "tsv").write_bytes(lines[0])
        report = house.exported(tmp_path)
    for at in (0, 1):
        assert ("rec.part", f"{house.call.call_id}/{house.part(at).stem}") in named(report)


def test_the_end_of_a_recording_cut_off(house: House, tmp_path: Path):
    """Segments and records alike, as if they had never been."""
    tsv = house.part(2, "tsv")
    with other_files(house, tsv, house.part(2)):
        lines = tsv.read_bytes().splitlines(keepends=True)
        tsv.write_bytes(b"".join(lines[:-1]))
        report = house.exported(tmp_path)
    part = f"{house.call.call_id}/{tsv.stem}"
    assert ("rec.end", f"{part}#{len(lines) - 1}") in named(report)


def test_a_value_changed_in_the_database(house: House):
    """It is sealed for its place: it opens no more, and nothing is exported."""
    place = "chain = ? AND seq = ? AND field = 'outcome'"
    values = (house.case, house.place(DECIDED))
    with closing(sqlite3.connect(house.installation.data.database, timeout=20)) as database:
        row = database.execute(f"SELECT ciphertext FROM payload WHERE {place}", values)
        (before,) = row.fetchone()

        def put(ciphertext: bytes) -> None:
            with database:
                database.execute(
                    f"UPDATE payload SET ciphertext = ? WHERE {place}", (ciphertext, *values)
                )

        put(bytes([before[0] ^ 1]) + before[1:])
        try:
            with pytest.raises(SealBroken):
                house.exporter.make(house.call.case_id, Form.SEALED)
        finally:
            put(before)
