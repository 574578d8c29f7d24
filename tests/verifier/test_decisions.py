"""What an approval by call rests on: nothing can be left out or said afterwards to let it pass, and
a gap that nobody needs is no alarm.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from scene import CALL, CASE, Act, Scene, trust

from audit.package.writing import write_folder
from audit.verifier.report import Report, Verdict
from audit.verifier.verify import verify

LONG = {"from_mono_ms": 1_002_000, "to_mono_ms": 1_062_301}


def verified(scene: Scene, tmp_path: Path) -> Report:
    write_folder(scene.build(), tmp_path / "package")
    return verify(tmp_path / "package", trust())


def codes(report: Report) -> set[str]:
    return {problem.code for problem in report.problems}


def unopened(scene: Scene) -> None:
    scene.change_contents = lambda contents: replace(
        contents,
        openings=tuple(one for one in contents.openings if one.field != "outcome"),
    )


def test_an_outcome_that_is_not_opened_is_judged_as_an_approval(scene, tmp_path):
    scene.act("rec.gap").facts |= LONG
    unopened(scene)
    assert codes(verified(scene, tmp_path)) == {"decision.gaps"}


def test_a_refusal_needs_no_healthy_recording(scene, tmp_path):
    scene.act("rec.gap").facts |= LONG
    scene.act("decision.confirmed").secrets["outcome"] = "refused"
    assert verified(scene, tmp_path).verdict is Verdict.GOOD


def test_an_erased_outcome_cannot_be_opened_and_is_no_alarm(scene, tmp_path):
    scene.act("rec.gap").facts |= LONG
    scene.acts.append(Act(CASE, "keys.case.destroyed", {"approved_by": ["S01", "S02"]}))
    unopened(scene)
    assert verified(scene, tmp_path).verdict is Verdict.ERASED


def test_an_identity_that_is_confirmed_after_the_decision_mends_no_gap(scene, tmp_path):
    scene.act("rec.gap").facts |= LONG
    after = Act(
        CASE,
        "desk.identity.confirmed_on_camera",
        {"call": "again"},
        refs=(CALL,),
        members={"mono": 1_070_000},
    )
    scene.acts.insert(scene.acts.index(scene.act("decision.confirmed")) + 1, after)
    after.facts["call"] = scene.act("desk.case.called").facts["call"]
    assert codes(verified(scene, tmp_path)) == {"decision.gaps"}


@pytest.mark.parametrize(
    ("source", "found"), [("document_camera", set()), ("citizen_camera", {"decision.gaps"})]
)
def test_only_a_track_that_was_expected_can_be_missing(scene, tmp_path, source, found):
    scene.act("rec.gap").facts |= LONG | {"source": source}
    assert codes(verified(scene, tmp_path)) == found
