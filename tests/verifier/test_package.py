"""Clean packages raise no alarm, in both forms, as folder and as zip; and the verdicts."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from played_part import CALL_ID, SEGMENTS
from scene import CALL, CASE, CASE_ID, COUNTER, LOG_KEY, PACKAGE_ID, Scene, erasure, trust
from tampering import cosigned

from audit.errors import MalformedError
from audit.package.content import Bytes
from audit.package.sealing import seal
from audit.package.writing import write_folder, write_zip
from audit.verifier.cli import main
from audit.verifier.report import Verdict
from audit.verifier.verify import verify


@pytest.mark.parametrize("form", ["sealed", "archive"])
@pytest.mark.parametrize("write", [write_folder, write_zip])
def test_a_clean_package_is_good(tmp_path: Path, form: str, write):
    path = tmp_path / "package"
    write(Scene(tmp_path / "recordings", form).build(), path)
    report = verify(path, trust())
    assert report.problems == []
    assert report.verdict is Verdict.GOOD
    assert report.anchored
    assert (report.package_id, report.case_id) == (PACKAGE_ID, CASE_ID)
    assert report.entries == 17
    assert [part["segments"] for part in report.recordings] == [3, 3]
    assert report.status["form"] == form
    assert report.status["consistency"] == "proved"
    assert report.status["witnessed"] == {"k": 0, "n": 0}


def test_the_same_contents_give_the_same_bytes(tmp_path: Path):
    for name in ("one", "two"):
        write_zip(Scene(tmp_path / name).build(), tmp_path / f"{name}.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_nothing_is_overwritten(tmp_path: Path, scene: Scene):
    sealed = scene.build()
    for write in (write_folder, write_zip):
        path = tmp_path / write.__name__
        write(sealed, path)
        with pytest.raises(FileExistsError):
            write(sealed, path)
    assert not list(tmp_path.glob(".tmp-*"))


@pytest.mark.parametrize("write", [write_folder, write_zip])
def test_a_package_is_its_maker_s_alone(tmp_path: Path, scene: Scene, write):
    """It holds what people said and signed; who may read it is for the maker to say."""
    previous = os.umask(0o022)
    try:
        write(scene.build(), tmp_path / "package")
    finally:
        os.umask(previous)
    assert (tmp_path / "package").stat().st_mode & 0o077 == 0


def test_without_a_key_from_outside_nothing_is_anchored(tmp_path: Path, scene: Scene):
    write_folder(scene.build(), tmp_path / "package")
    report = verify(tmp_path / "package")
    assert report.problems == []
    assert (report.verdict, report.exit_code, report.anchored) == (Verdict.UNANCHORED, 3, False)


def test_what_is_no_package_is_not_called_tampered(tmp_path: Path):
    (tmp_path / "letter.txt").write_text("hello")
    for path in (tmp_path, tmp_path / "letter.txt", tmp_path / "nothing"):
        assert verify(path, trust()).exit_code == 2


def test_an_erased_call_keeps_its_proof(tmp_path: Path, scene: Scene):
    """The key is gone, and with it the media; records, heads and totals still verify."""
    scene.acts += erasure(CALL)

    def without_media(contents):
        return replace(contents, parts=tuple(replace(part, bin=None) for part in contents.parts))

    scene.change_contents = without_media
    write_folder(scene.build(), tmp_path / "package")
    report = verify(tmp_path / "package", trust())
    assert report.problems == []
    assert (report.verdict, report.exit_code) == (Verdict.ERASED, 0)


def test_media_that_are_merely_missing_are_not_erased(tmp_path: Path, scene: Scene):
    scene.change_payload = lambda files: files.pop(f"data/rec/{CALL_ID}/{COUNTER}.bin")
    write_folder(scene.build(), tmp_path / "package")
    report = verify(tmp_path / "package", trust())
    assert ("part.files", f"{CALL_ID}/{COUNTER}") in {(p.code, p.record) for p in report.problems}


def test_times_are_bounded_by_witnesses_alone(tmp_path: Path, scene: Scene):
    write_folder(scene.build(), tmp_path / "alone")
    assert verify(tmp_path / "alone", trust()).status["times"] == "not bounded"
    known = cosigned(scene, 1_790_000_001)["trust"]
    write_folder(scene.build(), tmp_path / "cosigned")
    report = verify(tmp_path / "cosigned", known)
    assert (report.problems, report.status["times"]) == ([], "bounded by witnesses")


def test_a_clock_that_was_set_is_shown_and_is_no_alarm(tmp_path: Path, scene: Scene):
    """It may have been put right; who reads the times should know."""
    for name in ("decision.confirmed", "desk.call.ended"):
        scene.act(name).members = {"t": 1_790_003_600_000}
    write_folder(scene.build(), tmp_path / "package")
    report = verify(tmp_path / "package", trust())
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
    shown = [(step["record"], round(step["by_ms"] / 1000)) for step in report.status["clock_steps"]]
    assert shown == [(f"{CASE}#4", 3600), (f"{CALL}#8", -3600)]


def test_the_archive_form_holds_the_media_in_the_clear(tmp_path: Path, archive: Scene):
    write_folder(archive.build(), tmp_path / "package")
    media = tmp_path / "package" / "data" / "rec" / CALL_ID / f"{COUNTER}.webm"
    assert media.read_bytes() == b"".join(SEGMENTS)


def test_a_changed_picture_in_the_archive_form_is_found(tmp_path: Path, archive: Scene):
    name = f"data/rec/{CALL_ID}/{COUNTER}.webm"
    clear = b"".join(SEGMENTS)
    at = len(SEGMENTS[0]) + 5
    forged = clear[:at] + b"X" + clear[at + 1 :]
    archive.change_payload = lambda files: files.update({name: Bytes(forged)})
    write_folder(archive.build(), tmp_path / "package")
    report = verify(tmp_path / "package", trust())
    assert [(p.code, p.record) for p in report.problems] == [
        ("segment.hash", f"{CALL_ID}/{COUNTER}#1")
    ]


def test_the_builder_refuses_a_seal_of_another_package(scene: Scene):
    prepared = []
    scene.change_prepared = lambda value: prepared.append(value) or value
    finished = scene.build()
    leaf = b"".join(finished.files["proof/seal.leaf"].chunks())
    proof = b"".join(finished.files["proof/seal.tlog-proof"].chunks())
    assert seal(prepared[0], leaf, proof, ()).files["proof/seal.leaf"] == Bytes(leaf)
    with pytest.raises(MalformedError, match="does not seal"):
        seal(replace(prepared[0], package_id="another"), leaf, proof, ())


def test_the_command_prints_one_json_object(tmp_path: Path, scene: Scene, capsys):
    write_folder(scene.build(), tmp_path / "package")
    (tmp_path / "keys.txt").write_text(f"# from the notice board\n{LOG_KEY.verifying_key.vkey}\n")
    logged = scene.write_log()
    decision = logged[scene.acts.index(scene.act("decision.confirmed"))]
    from audit import merkle

    paper = f"window.example/log {decision.index} {merkle.leaf_hash(decision.leaf).hex()}"
    checkpoint = tmp_path / "package" / "proof" / "checkpoint"
    code = main(
        [
            str(tmp_path / "package"), "--keys", str(tmp_path / "keys.txt"), "--json",
            "--receipt", paper, "--since", str(checkpoint),
        ]
    )  # fmt: skip
    report = json.loads(capsys.readouterr().out)
    assert code == 0, report
    assert set(report) == {
        "verdict", "anchored", "origin", "size", "package_id", "case_id", "entries",
        "recordings", "status", "problems",
    }  # fmt: skip
    assert report["verdict"] == "good"


def test_a_missing_key_file_is_an_error_of_the_command(tmp_path: Path, capsys):
    assert main([str(tmp_path), "--keys", str(tmp_path / "none")]) == 2
    assert "none" in capsys.readouterr().err
