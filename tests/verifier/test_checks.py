"""Every check has a case that breaks its rule alone, and the case passes once the check is gone."""

from pathlib import Path

import pytest
from scene import Scene, trust
from tampering import ARCHIVE, CASES

from audit.package.writing import write_folder, write_zip
from audit.verifier.registry import PACKAGE_CHECKS
from audit.verifier.report import Verdict
from audit.verifier.verify import verify


def test_every_check_has_its_case():
    assert set(CASES) == set(PACKAGE_CHECKS)


@pytest.mark.parametrize("name", PACKAGE_CHECKS)
def test_the_check_alone_finds_its_case(name: str, tmp_path: Path):
    scene = Scene(tmp_path / "recordings", form="archive" if name in ARCHIVE else "sealed")
    extra = CASES[name](scene) or {}
    path = tmp_path / "package"
    if change := extra.pop("zip", None):
        write_zip(scene.build(), path)
        path.write_bytes(change(path.read_bytes()))
    else:
        write_folder(scene.build(), path)
    if change := extra.pop("file", None):
        file = path / change[0]
        file.write_bytes(change[1](file.read_bytes()))
    known = extra.pop("trust", trust())
    report = verify(path, known, **extra)
    assert {problem.code for problem in report.problems} == {name}, report.problems
    assert report.verdict is Verdict.TAMPERED
    others = {key: check for key, check in PACKAGE_CHECKS.items() if key != name}
    without = verify(path, known, **extra, package_checks=others)
    assert without.problems == []
    if name != "checkpoint.signature":
        assert without.verdict in {Verdict.GOOD, Verdict.ERASED}
