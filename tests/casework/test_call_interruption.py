"""What an interruption of a call costs: each policy, what makes it good, and what is refused till then."""

import json

import pytest

from casework.actions.attach_case import AttachCase, attach_case
from casework.actions.prepare_decision import prepare_decision
from casework.actions.recheck import Recheck, recheck
from casework.model.call import CallState, EndReason, LegState, MarkKind
from casework.model.case import Road
from casework.model.interruption import InterruptionPolicy
from casework.policy.call_facts import RequiredMark
from casework.policy.interruption import Cost, cost_of_interruption, strictest
from casework.policy.refusals import RecheckOutstanding, RecordingNotHealthy, StepsToRedo
from casework.store.reading import entries_of
from casework.views.call_facts import facts_of_call
from casework.views.snapshots import snapshot
from scenes.call_case import CallCase
from scenes.call_scene import Stage
from scenes.case_scene import CALL_ITEM, DESK_ITEM
from scenes.hall_scene import build_hall
from signaling.dispatcher import read_pass

RESUME, RECHECK, RESTART = InterruptionPolicy


def drop(scene: CallCase) -> None:
    """The window's line is gone for a moment, and back."""
    scene.k.clock.advance(1_000)
    scene.stage.report(scene.window, LegState.GONE)
    assert scene.stage.call(scene.call_id).state is CallState.INTERRUPTED
    scene.k.clock.advance(2_000)
    scene.stage.report(scene.window, LegState.CONNECTED)
    assert scene.stage.call(scene.call_id).state is CallState.ACTIVE
    scene.healthy()


def ask_again(scene: CallCase) -> None:
    command = Recheck(scene.call_id, True, "您今天为什么来办理？", True)
    scene.desk.run(recheck, command, scene.desk.reviewer)


def on_chain(scene: CallCase, type_: str) -> list[dict]:
    with scene.k.store.reading() as conn:
        entries = entries_of(conn, f"call:{scene.call_id}")
    return [json.loads(entry.body) for entry in entries if entry.type == type_]


def standing(scene: CallCase) -> dict[str, bool]:
    with scene.k.store.reading() as conn:
        marks = snapshot(conn, f"call:{scene.call_id}")["marks"]
    return {
        mark: told["stands"] for mark, told in marks.items() if told["kind"] in set(RequiredMark)
    }


@pytest.mark.parametrize("policy", InterruptionPolicy)
def test_the_chain_says_what_it_costs(k, policy, clock):
    stage = Stage(k, build_hall(k.writer, policy))
    call_id, window, _hall = stage.active()
    clock.advance(5_000)
    stage.report(window, LegState.GONE)
    with k.store.reading() as conn:
        bodies = [json.loads(entry.body) for entry in entries_of(conn, f"call:{call_id}")]
    [said] = [body for body in bodies if body["type"] == "desk.call.interrupted"]
    asks = {RESUME: "nothing", RECHECK: "recheck", RESTART: "restart"}[policy]
    assert said["facts"] == {"policy": policy.value, "asks": asks}
    voided = [body for body in bodies if body["type"] == "desk.call.evidence_voided"]
    if policy is RESTART:
        assert [body["facts"] for body in voided] == [{"to_mono_ms": said["mono"]}]
    else:
        assert voided == []


@pytest.mark.parametrize("policy", InterruptionPolicy)
def test_before_the_parties_met_nothing_is_lost(policy):
    assert cost_of_interruption(policy, met=False) is Cost.NOTHING


def test_the_strictest_policy_of_a_call_holds():
    assert strictest(RESUME, RECHECK) is RECHECK
    assert strictest(RESTART, RECHECK) is RESTART


class TestRestart:
    @pytest.fixture
    def scene(self, k) -> CallCase:
        return CallCase(k)

    def test_nothing_from_before_counts(self, scene):
        scene.healthy()
        scene.identify()
        scene.prepare()
        drop(scene)
        assert scene.desk.case(scene.case_id).pending_decision_id is None
        with pytest.raises(StepsToRedo) as refused:
            scene.prepare()
        assert refused.value.details == {"marks": [mark.value for mark in RequiredMark]}

    def test_each_step_must_be_done_again(self, scene):
        scene.healthy()
        scene.identify()
        drop(scene)
        for step, left in (
            (lambda: scene.mark(MarkKind.NOTICE), ["identity", "declaration"]),
            (scene.confirm_identity, ["declaration"]),
        ):
            step()
            with pytest.raises(StepsToRedo) as refused:
                scene.prepare()
            assert refused.value.details == {"marks": left}
        scene.mark(MarkKind.DECLARATION)
        scene.healthy()
        scene.confirm(scene.prepare())

    def test_asking_again_is_not_enough(self, scene):
        scene.healthy()
        scene.identify()
        drop(scene)
        assert scene.stage.call(scene.call_id).recheck_due is False
        with pytest.raises(StepsToRedo):
            scene.prepare()

    def test_pages_are_told_which_marks_stand_even_when_a_clock_is_set_back(self, scene):
        scene.healthy()
        scene.identify()
        assert set(standing(scene).values()) == {True}
        drop(scene)
        before = standing(scene)
        assert set(before.values()) == {False}
        scene.k.clock.set_wall(scene.k.clock.wall_ms() - 3_600_000)
        scene.mark(MarkKind.NOTICE)
        after = standing(scene)
        assert [after[mark] for mark in after.keys() - before.keys()] == [True]
        assert {mark: after[mark] for mark in before} == before

    def test_a_second_interruption_takes_it_away_again(self, scene):
        scene.healthy()
        scene.identify()
        drop(scene)
        scene.k.clock.advance(1_000)
        scene.identify()
        scene.k.clock.advance(1_000)
        drop(scene)
        with pytest.raises(StepsToRedo):
            scene.prepare()
        assert len(on_chain(scene, "desk.call.evidence_voided")) == 2


class TestRecheck:
    """An item that needs no call, decided in one."""

    @pytest.fixture
    def scene(self, k) -> CallCase:
        return CallCase(k, item=DESK_ITEM)

    def test_no_approval_before_somebody_asked_again(self, scene):
        scene.healthy()
        scene.identify()
        drop(scene)
        with pytest.raises(RecheckOutstanding):
            scene.prepare()
        ask_again(scene)
        scene.confirm(scene.prepare())
        [said] = on_chain(scene, "desk.call.rechecked")
        assert said["c"].keys() == {"question"}

    def test_what_was_said_before_stands(self, scene, k):
        scene.healthy()
        scene.identify()
        drop(scene)
        ask_again(scene)
        with k.store.reading() as conn:
            facts = facts_of_call(
                conn, scene.call_id, mono_ms=k.clock.mono_ms(), case_id=scene.case_id
            )
        assert facts.to_redo == frozenset()
        assert facts.recheck_due is False
        assert facts.identity_on_camera_at_ms is not None

    def test_nobody_is_asked_again_while_nothing_is_recorded(self, scene):
        scene.healthy()
        scene.identify()
        drop(scene)
        scene.healthy(ok=False)
        with pytest.raises(RecordingNotHealthy):
            ask_again(scene)
        assert scene.stage.call(scene.call_id).recheck_due is True

    def test_leaving_the_running_call_unnamed_is_no_way_around(self, scene):
        scene.healthy()
        drop(scene)
        command = scene.desk.approval(scene.case_id)
        with pytest.raises(RecheckOutstanding):
            scene.desk.run(prepare_decision, command, scene.desk.reviewer)

    def test_a_call_that_is_over_and_not_named_stands_for_nothing(self, scene):
        scene.healthy()
        drop(scene)
        scene.end()
        with pytest.raises(RecheckOutstanding):
            scene.prepare()
        command = scene.desk.approval(scene.case_id)
        scene.desk.run(prepare_decision, command, scene.desk.reviewer)

    def test_an_interruption_between_the_phases_of_a_decision(self, scene):
        scene.healthy()
        scene.identify()
        decision = scene.prepare()
        drop(scene)
        ask_again(scene)
        assert scene.desk.case(scene.case_id).pending_decision_id is None
        assert decision

    def test_a_stricter_item_that_comes_later_charges_for_it(self, scene):
        scene.healthy()
        scene.identify()
        drop(scene)
        ask_again(scene)
        stricter = scene.desk.accepted(CALL_ITEM, Road.CALL)
        scene.desk.run(attach_case, AttachCase(scene.call_id, stricter))
        call = scene.stage.call(scene.call_id)
        assert call.interruption is RESTART
        [voided] = on_chain(scene, "desk.call.evidence_voided")
        [cut] = on_chain(scene, "desk.call.interrupted")
        assert voided["facts"] == {"to_mono_ms": cut["mono"]}
        assert call.evidence_from_ms == cut["t"]


def test_a_stricter_item_costs_nothing_where_nothing_was_interrupted(k):
    scene = CallCase(k, item=DESK_ITEM)
    stricter = scene.desk.accepted(CALL_ITEM, Road.CALL)
    scene.desk.run(attach_case, AttachCase(scene.call_id, stricter))
    assert scene.stage.call(scene.call_id).evidence_from_ms is None


def test_an_interrupted_call_is_waited_for_as_long_as_the_settings_say(k, clock):
    scene = CallCase(k)
    scene.stage.report(scene.window, LegState.GONE)
    clock.advance(60_000)
    with k.store.reading() as conn:
        assert read_pass(conn, clock.wall_ms()).ends == ()
        [end] = read_pass(conn, clock.wall_ms(), rejoin_within_ms=60_000).ends
        assert (end.call_id, end.reason) == (scene.call_id, EndReason.NOT_RESUMED)
        [end] = read_pass(conn, clock.wall_ms() + 540_000).ends
    assert end.call_id == scene.call_id
