"""What must stand on a chain before its media or papers may be missing."""

import pytest
from scene import CALL, CASE, Act, erasure, trust

from audit.package.writing import write_folder
from audit.verifier.report import Verdict
from audit.verifier.verify import verify


def report_of(scene, tmp_path, acts):
    scene.acts[-1:-1] = acts
    write_folder(scene.build(), tmp_path / "package")
    return verify(tmp_path / "package", trust())


def changed(at, chain=CASE, **changes):
    """The three entries with one of them otherwise."""
    acts = erasure(chain)
    for name, value in changes.items():
        getattr(acts[at], name).update(value)
    return acts


FAULTS = {
    "nobody asked": lambda: erasure(CASE)[1:],
    "nobody confirmed": lambda: [erasure(CASE)[0], erasure(CASE)[2]],
    "confirmed before it was asked": lambda: [erasure(CASE)[at] for at in (1, 0, 2)],
    "destroyed before it was confirmed": lambda: [erasure(CASE)[at] for at in (0, 2, 1)],
    "confirmed too early": lambda: erasure(CASE, not_before_ms=2_000_000_000_000),
    "confirmed by a clerk": lambda: changed(1, members={"role": "clerk"}),
    "asked by a clerk": lambda: changed(0, members={"role": "clerk"}),
    "by others than who decided": lambda: changed(2, facts={"approved_by": ["A01", "A03"]}),
    "of another request": lambda: changed(2, facts={"erasure": "E2"}),
    "without a name": lambda: changed(2, facts={"erasure": ["E1"]}),
    "without a time": lambda: changed(0, facts={"not_before_ms": True}),
    "decided on another chain": lambda: [*erasure(CASE)[:2], erasure(CALL)[2]],
    "asked twice": lambda: [erasure(CASE)[0], *erasure(CASE)],
}


def test_two_administrators_in_time(scene, tmp_path):
    report = report_of(scene, tmp_path, erasure(CASE))
    assert (report.problems, report.verdict) == ([], Verdict.ERASED)


@pytest.mark.parametrize("fault", FAULTS)
def test_anything_less_is_no_erasure(scene, tmp_path, fault):
    report = report_of(scene, tmp_path, FAULTS[fault]())
    assert report.verdict is Verdict.TAMPERED
    assert {problem.code for problem in report.problems} == {"erasure.approved"}


def test_one_person_alone_is_named(scene, tmp_path):
    report = report_of(scene, tmp_path, erasure(CASE, "A01", "A01"))
    assert {problem.code for problem in report.problems} == {"erasure.persons"}


def test_a_request_that_was_withdrawn_erases_nothing(scene, tmp_path):
    acts = [erasure(CASE)[0], Act(CASE, "keys.destruction.withdrawn", {"erasure": "E1"})]
    report = report_of(scene, tmp_path, acts)
    assert (report.problems, report.verdict) == ([], Verdict.GOOD)
