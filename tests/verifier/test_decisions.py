"""What an approval by call rests on: nothing can be left out or said afterwards to let it pass, and
a gap that nobody needs is no alarm.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from scene import CALL, CASE, Act, Scene, erasure, trust

from audit.package.model import Form
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
    scene.acts += erasure(CASE)
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


@pytest.mark.parametrize(
    ("open_ms", "until_ms", "found"),
    [(9_001, 60_000, {"decision.gaps"}), (9_000, 60_000, set()), (20_000, -12_000, set())],
)
def test_a_gap_that_was_open_at_the_decision_counts_up_to_it(
    scene, tmp_path, open_ms, until_ms, found
):
    """Its line comes when it closes, after the decision. What was still being written then, nobody
    could know of; and what had ended long before and is told late is as long as it is.
    """
    decided = scene.act("decision.confirmed")
    decided.facts["gap_limit_ms"] = 5_000
    decided.members["mono"] = 1_040_000
    scene.act("desk.identity.confirmed_on_camera").members["mono"] = 1_001_000
    gap = scene.act("rec.gap")
    stretch = {"from_mono_ms": 1_040_000 - open_ms, "to_mono_ms": 1_040_000 + until_ms}
    later = Act(CALL, "rec.gap", gap.facts | stretch, members={"mono": 1_110_000})
    scene.acts.insert(scene.acts.index(decided) + 1, later)
    assert codes(verified(scene, tmp_path)) == found


def test_a_recorded_check_mends_the_gap_before_it(scene, tmp_path):
    scene.act("rec.gap").facts |= LONG
    checked = scene.act("desk.identity.confirmed_on_camera")
    scene.act("decision.confirmed").members["mono"] = 1_070_000
    checked.members["mono"] = 1_062_302
    assert verified(scene, tmp_path).verdict is Verdict.GOOD


def test_a_check_that_nobody_recorded_mends_no_gap(scene, tmp_path):
    scene.act("rec.gap").facts |= LONG
    scene.act("desk.identity.confirmed_on_camera").members["mono"] = 1_060_000
    scene.act("decision.confirmed").members["mono"] = 1_070_000
    assert codes(verified(scene, tmp_path)) == {"decision.gaps"}


def test_an_approval_without_a_call_minds_the_interrupted_call_of_its_case(scene, tmp_path):
    interrupted(scene, asks="recheck")
    decided = scene.act("decision.confirmed")
    decided.facts |= {"call_required": False, "stream_heads": {}}
    decided.refs = ()
    assert codes(verified(scene, tmp_path)) == {"decision.interruption"}


def interrupted(scene: Scene, *after: Act, asks: str) -> None:
    """The call was interrupted after the identity; `after` is what was done then."""
    policy = {"recheck": "resume_with_recheck", "restart": "restart"}[asks]
    acts = [Act(CALL, "desk.call.interrupted", {"policy": policy, "asks": asks})]
    if asks == "restart":
        until = {"mono": BROKEN_MS}
        voided = {"to_mono_ms": BROKEN_MS}
        acts.append(Act(CALL, "desk.call.evidence_voided", voided, members=until))
    at = scene.acts.index(scene.act("rec.head", 1))
    acts[0].members = {"mono": BROKEN_MS}
    for act in after:
        act.members = {"mono": BROKEN_MS + 1}
    scene.acts[at:at] = [*acts, *after]


BROKEN_MS = 1_050_000


def test_marks_that_are_kept_shut_are_counted(scene, tmp_path):
    interrupted(scene, on_camera(scene), mark("declaration"), asks="restart")
    assert codes(verified(scene, tmp_path)) == {"decision.interruption"}


def on_camera(scene: Scene) -> Act:
    facts = dict(scene.act("desk.identity.confirmed_on_camera").facts)
    return Act(CASE, "desk.identity.confirmed_on_camera", facts, refs=(CALL,))


def mark(kind: str) -> Act:
    return Act(CALL, "desk.mark.recorded", {"mark": "M"}, secrets={"kind": kind})


def test_a_question_asked_again_makes_an_interruption_good(scene, tmp_path):
    interrupted(scene, Act(CALL, "desk.call.rechecked", {"mark": "M"}), asks="recheck")
    assert verified(scene, tmp_path).verdict is Verdict.GOOD


def test_an_interruption_that_asks_for_nothing_costs_nothing(scene, tmp_path):
    at = scene.acts.index(scene.act("rec.head", 1))
    facts = {"policy": "restart", "asks": "nothing"}
    scene.acts.insert(at, Act(CALL, "desk.call.interrupted", facts))
    assert verified(scene, tmp_path).verdict is Verdict.GOOD


def test_a_call_begun_anew_needs_identity_notice_and_declaration_again(scene, tmp_path):
    interrupted(scene, on_camera(scene), mark("notice"), mark("declaration"), asks="restart")
    assert verified(scene, tmp_path).verdict is Verdict.GOOD


@pytest.mark.parametrize("lacking", ["identity", "notice", "declaration"])
def test_none_of_them_may_lack(scene, tmp_path, lacking):
    scene.form = Form.ARCHIVE
    done = [] if lacking == "identity" else [on_camera(scene)]
    done += [mark(kind) for kind in ("notice", "declaration", "still_asked") if kind != lacking]
    interrupted(scene, *done, asks="restart")
    assert codes(verified(scene, tmp_path)) == {"decision.interruption"}
