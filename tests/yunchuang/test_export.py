"""A case of a real installation becomes a package that the second implementation accepts."""

import io
import json
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from audit.package.instructions import NEWEST, instructions
from audit.package.model import Form
from casework.actions.close_wrap_up import CloseWrapUp, close_wrap_up
from casework.actions.end_call import EndCall, end_call
from casework.actions.log_recording import LogRecording, log_recording
from casework.actions.view_case import ViewCase, view_case
from casework.actor import SYSTEM
from casework.data_dir import DataDir
from casework.errors import NotAllowed, NotFound
from casework.installation import init_data_dir, opened
from casework.materials.local import LocalMaterialStore
from casework.model.case import Road
from casework.ports import TrackSource
from casework.views.calls import cases_of
from casework.worker_link.messages import PartOpened
from scenes import case_scene
from scenes.call_scene import Stage, recording_ends
from yunchuang.evidence import PackageShelf
from yunchuang.export import Exporter
from yunchuang.package_refusals import CallStillRunning, PackageNotAsSealed

HOUSE = Path(sys.executable).with_name("yunchuang")


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    data = DataDir(tmp_path_factory.mktemp("installation") / "data")
    init_data_dir(data, origin="test.yunchuang.example/log")
    with opened(data) as running:
        yield running


@pytest.fixture(scope="module")
def desk(installation):
    return case_scene.Desk(installation, case_scene.seeded_city(installation))


@pytest.fixture
def real_materials(installation, monkeypatch):
    from PIL import Image

    store = LocalMaterialStore(installation.data.materials, installation.keys)

    def stored(case_id):
        out = io.BytesIO()
        Image.new("RGB", (64, 90), "#e0e0e0").save(out, "JPEG")
        return store.put(case_id, out.getvalue())

    monkeypatch.setattr(case_scene, "a_stored", stored)


@pytest.fixture
def case_id(desk, real_materials):
    case_id = desk.in_review()
    desk.decided(case_id)
    return case_id


@pytest.fixture
def exporter(installation):
    return Exporter(installation)


@pytest.fixture
def keys(exporter, tmp_path):
    path = tmp_path / "trusted-keys.txt"
    path.write_text(f"{exporter.key.vkey}\n", encoding="ascii")
    return path


def verify(path, *options):
    done = subprocess.run(
        [sys.executable, "-m", "audit", "verify", str(path), "--json", *map(str, options)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("name", ["package", "package.zip"])
def test_a_decided_case_is_exported_and_verified(exporter, case_id, keys, tmp_path, form, name):
    package = exporter.make(case_id, form)
    exporter.write(package, tmp_path / name)
    code, report = verify(tmp_path / name, "--keys", keys)
    assert (code, report["problems"]) == (0, [])
    assert (report["verdict"], report["anchored"]) == ("good", True)
    assert report["package_id"] == package
    assert report["case_id"] == case_id


def test_without_an_outside_key_nothing_is_anchored(exporter, case_id, tmp_path):
    exporter.write(exporter.make(case_id, Form.SEALED), tmp_path / "package")
    code, report = verify(tmp_path / "package")
    assert (code, report["anchored"]) == (3, False)


@pytest.mark.parametrize("form", list(Form))
def test_a_package_is_written_again_byte_for_byte_after_the_case_went_on(
    exporter, desk, case_id, tmp_path, form
):
    package = exporter.make(case_id, form)
    exporter.write(package, tmp_path / "first.zip")
    auditor = desk.city.actors["auditor"]
    desk.run(view_case, ViewCase(case_id, "抽查"), auditor)
    second = exporter.make(case_id, form)
    exporter.write(package, tmp_path / "again.zip")
    exporter.write(second, tmp_path / "second.zip")
    first = (tmp_path / "first.zip").read_bytes()
    assert (tmp_path / "again.zip").read_bytes() == first
    assert (tmp_path / "second.zip").read_bytes() != first


def test_it_is_written_again_byte_for_byte_after_the_program_has_newer_instructions(
    installation, exporter, case_id, keys, tmp_path, monkeypatch
):
    contents_of = Exporter._contents
    with monkeypatch.context() as of_old:
        of_old.setattr(
            Exporter, "_contents", lambda *given: replace(contents_of(*given), instructions=1)
        )
        package = exporter.make(case_id, Form.SEALED)
        exporter.write(package, tmp_path / "first.zip")
    exporter.write(package, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "first.zip").read_bytes()
    texts = {
        one: b"".join(exporter.sealed(made).files["VERIFY.md"].chunks())
        for one, made in (("old", package), ("new", exporter.make(case_id, Form.SEALED)))
    }
    assert texts == {"old": instructions(1)["VERIFY.md"], "new": instructions(NEWEST)["VERIFY.md"]}
    code, report = verify(tmp_path / "again.zip", "--keys", keys)
    assert (code, report["problems"]) == (0, [])


@pytest.fixture
def older(exporter, case_id, monkeypatch) -> str:
    """A package that was sealed before packages showed how their log begins."""
    contents_of = Exporter._contents
    with monkeypatch.context() as of_old:
        of_old.setattr(
            Exporter, "_contents", lambda *given: replace(contents_of(*given), beginning=())
        )
        return exporter.make(case_id, Form.SEALED)


def test_what_an_earlier_program_sealed_is_refused_by_a_code_of_its_own(
    installation, exporter, older, case_id, tmp_path
):
    with pytest.raises(PackageNotAsSealed, match="export the case anew"):
        exporter.write(older, tmp_path / "again.zip")
    assert not (tmp_path / "again.zip").exists()
    # It keeps nobody from the others.
    shelf = PackageShelf(installation, tmp_path / "packages")
    with pytest.raises(PackageNotAsSealed):
        shelf.path_of(case_id, older)
    newer = shelf.export(case_id, SYSTEM)
    assert shelf.packages(case_id) == [newer]


def test_the_command_says_so_in_one_line(installation, older, case_id, tmp_path):
    data = shutil.copytree(installation.data.path, tmp_path / "at-rest")
    done = subprocess.run(
        [HOUSE, "export", case_id, "--package", older, "--out", tmp_path / "again", "--data", data],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.split(maxsplit=2)[1]) == (1, "E-10")
    assert done.stderr.splitlines()[-1].endswith("export the case anew")


def test_the_sealed_form_shows_nothing_of_the_person(exporter, desk, case_id):
    sealed = exporter.sealed(exporter.make(case_id, Form.SEALED))
    applicant = case_scene.an_applicant()
    secrets = [applicant.name, applicant.id_number, case_scene.a_bank_card()]
    for path, content in sealed.files.items():
        data = b"".join(content.chunks())
        assert not [one for one in secrets if one.encode() in data], path


def test_the_archive_form_opens_without_our_keys(exporter, case_id):
    sealed = exporter.sealed(exporter.make(case_id, Form.ARCHIVE))
    openings = json.loads(b"".join(sealed.files["data/openings.json"].chunks()))
    values = {opening["value"] for opening in openings if isinstance(opening["value"], str)}
    assert case_scene.an_applicant().name in values
    pictures = [path for path in sealed.files if path.endswith(".jpg")]
    assert pictures
    assert all(b"".join(sealed.files[one].chunks())[:2] == b"\xff\xd8" for one in pictures)


def test_a_case_is_found_by_number_and_a_stranger_is_not(exporter, desk, case_id):
    assert exporter.find(desk.case(case_id).number) == case_id
    with pytest.raises(NotFound):
        exporter.find("no such case")


@pytest.fixture
def call_id(installation, desk, real_materials):
    """A call about a case in review, ended, while its recorder still writes."""
    case_id = desk.accepted(case_scene.CALL_ITEM, Road.CALL)
    stage = Stage(installation, desk.hall(case_id))
    call_id, _window, _hall = stage.active()
    desk.run(end_call, EndCall(call_id), desk.reviewer)
    desk.run(close_wrap_up, CloseWrapUp(call_id), desk.reviewer)
    return call_id


def test_nothing_is_packed_while_a_recorder_still_writes(
    installation, exporter, call_id, keys, tmp_path
):
    with installation.store.reading() as conn:
        (case_id,) = cases_of(conn, call_id)
    with pytest.raises(CallStillRunning):
        exporter.make(case_id, Form.SEALED)
    recording_ends(installation, call_id)
    exporter.write(exporter.make(case_id, Form.SEALED), tmp_path / "package")
    code, report = verify(tmp_path / "package", "--keys", keys)
    assert (code, report["problems"]) == (0, [])


def test_a_part_that_is_announced_later_belongs_to_later_packages(
    installation, exporter, call_id, tmp_path
):
    with installation.store.reading() as conn:
        (case_id,) = cases_of(conn, call_id)
    recording_ends(installation, call_id)
    package = exporter.make(case_id, Form.SEALED)
    exporter.write(package, tmp_path / "first.zip")
    late = PartOpened(
        call=call_id,
        n=2,
        t_ms=1,
        mono_ms=1,
        part="ab" * 16,
        leg="L",
        site="counter",
        sources=[TrackSource.MICROPHONE],
        commitment="0" * 64,
        header_sha256="0" * 64,
    )
    installation.writer.run_sync(log_recording, LogRecording(late), actor=SYSTEM)
    exporter.write(package, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "first.zip").read_bytes()


def test_two_may_ask_for_a_new_package_at_once(installation, exporter, case_id, tmp_path):
    package = exporter.make(case_id, Form.SEALED)
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(exporter.sealed, [package] * 4))
    (tag,) = {b"".join(one.files["tagmanifest-sha256.txt"].chunks()) for one in made}
    assert tag


def test_two_may_fetch_a_package_at_once(installation, case_id, tmp_path):
    shelf = PackageShelf(installation, tmp_path / "packages")
    package = shelf.export(case_id, SYSTEM)
    path = shelf.path_of(case_id, package.id)
    path.unlink()
    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(lambda _: shelf.path_of(case_id, package.id), range(4)))
    assert found == {path}
    assert path.exists()


def test_an_entry_edited_in_the_database_is_named(installation, exporter, case_id, keys, tmp_path):
    """Behind the program, after it was logged: the package then has what the log has not."""
    exporter.make(case_id, Form.SEALED)
    chain, seq = f"case:{case_id}", 2
    place = "chain = ? AND seq = ?", (chain, seq)
    with closing(sqlite3.connect(installation.data.database)) as database, database:
        (body,) = database.execute(f"SELECT body FROM entry WHERE {place[0]}", place[1]).fetchone()
        edited = body.replace(b'"role":"clerk"', b'"role":"admin"')
        assert edited != body
        database.execute(f"UPDATE entry SET body = ? WHERE {place[0]}", (edited, *place[1]))
    exporter.write(exporter.make(case_id, Form.SEALED), tmp_path / "package")
    code, report = verify(tmp_path / "package", "--keys", keys)
    assert (code, report["verdict"]) == (1, "tampered")
    named = {(problem["code"], problem["record"]) for problem in report["problems"]}
    assert named == {("chain.prev", f"{chain}#3"), ("proof.inclusion", f"{chain}#2")}


def test_a_clerk_may_not_seal(exporter, desk, case_id):
    with pytest.raises(NotAllowed):
        exporter.make(case_id, Form.SEALED, desk.clerk)


def test_writing_over_something_is_refused(exporter, case_id, tmp_path):
    package = exporter.make(case_id, Form.SEALED)
    (tmp_path / "package").mkdir()
    with pytest.raises(FileExistsError):
        exporter.write(package, tmp_path / "package")
