"""Taking back the agreement to be recorded ends the call, wherever it stands, and only once."""

from dataclasses import replace

import pytest

from casework.actions.add_person import AddPerson, add_person
from casework.actions.withdraw_consent import WithdrawConsent, withdraw_consent
from casework.actor import Actor
from casework.errors import InvalidInput, NotFound
from casework.model.call import (
    CallState,
    EndReason,
    LegState,
    MarkKind,
    NoticeAnswer,
    PersonKind,
)
from casework.policy.call_refusals import CallStateForbids, NotInThisCall
from casework.store.reading import entries_of
from casework.views.calls import open_offers, persons_of
from casework.views.snapshots import call_snapshot
from scenes.call_scene import Stage

DECLINED = (CallState.DECLINED_CONSENT, EndReason.WITHDRAWN)
WRAP_UP = (CallState.WRAP_UP, EndReason.WITHDRAWN)


def withdraw(stage: Stage, call_id: str, actor: Actor, person: str = "") -> None:
    command = WithdrawConsent(call_id, person or stage.present(call_id))
    stage.kernel.writer.run_sync(withdraw_consent, command, actor=actor)


def ended(stage: Stage, call_id: str) -> tuple[CallState, EndReason | None]:
    call = stage.call(call_id)
    return call.state, call.end_reason


def types(stage: Stage, call_id: str) -> list[str]:
    with stage.kernel.store.reading() as conn:
        return [entry.type for entry in entries_of(conn, f"call:{call_id}")]


@pytest.mark.parametrize("who", ["citizen", "clerk"])
@pytest.mark.parametrize("where", ["queued", "offered", "connecting"])
def test_a_call_that_waits_ends_as_declined(stage, k, where, who):
    reviewer = stage.hall.reviewers[0]
    stage.on_duty(reviewer)
    call_id = stage.request()
    if where != "queued":
        (stage.offer if where == "offered" else stage.accept)(call_id, reviewer)
    stage.answer(call_id)
    assert stage.call(call_id).state == where
    actor = stage.hall.screen if who == "citizen" else stage.hall.clerk
    withdraw(stage, call_id, actor)
    assert ended(stage, call_id) == DECLINED
    with k.store.reading() as conn:
        assert not [one for one in open_offers(conn) if one.call_id == call_id]


def test_where_another_has_not_answered_yet_it_ends_as_declined(stage, k):
    """The call stands in `consent`: nobody has talked."""
    reviewer = stage.hall.reviewers[0]
    stage.on_duty(reviewer)
    call_id = stage.request()
    stage.answer(call_id)
    person = stage.present(call_id)
    stage.accept(call_id, reviewer)
    agent = AddPerson(call_id, PersonKind.AGENT)
    k.writer.run_sync(add_person, agent, actor=stage.hall.clerk)
    window = stage.join(call_id, stage.hall.clerk)
    for leg in (window, stage.join(call_id, reviewer)):
        stage.report(leg, LegState.CONNECTED)
    assert stage.call(call_id).state is CallState.CONSENT
    stage.report(window, LegState.GONE)
    assert stage.call(call_id).state is CallState.INTERRUPTED
    withdraw(stage, call_id, stage.hall.screen, person)
    assert ended(stage, call_id) == DECLINED


@pytest.mark.parametrize("interrupted", [False, True])
def test_a_call_in_which_they_talked_goes_to_the_wrap_up(stage, k, interrupted):
    call_id, window, _hall = stage.active()
    if interrupted:
        stage.report(window, LegState.GONE)
    withdraw(stage, call_id, stage.hall.clerk)
    assert ended(stage, call_id) == WRAP_UP
    assert types(stage, call_id)[-2:] == ["desk.consent.withdrawn", "desk.call.ended"]
    with k.store.reading() as conn:
        marks = call_snapshot(conn, call_id)["marks"]
    [mark] = [one for one in marks.values() if one["kind"] == MarkKind.CONSENT_WITHDRAWN]
    assert mark["ref"] == stage.present(call_id)


def test_said_again_it_changes_nothing(stage, k):
    call_id, _window, _hall = stage.active()
    withdraw(stage, call_id, stage.hall.screen)
    before = (stage.call(call_id), types(stage, call_id))
    withdraw(stage, call_id, stage.hall.screen)
    withdraw(stage, call_id, stage.hall.clerk)
    assert (stage.call(call_id), types(stage, call_id)) == before
    with k.store.reading() as conn:
        answers = [one.answer for one in persons_of(conn, call_id) if one.kind.answers_notice]
    assert answers == [NoticeAnswer.WITHDRAWN]


def test_only_an_agreement_of_this_call_is_taken_back(stage):
    reviewer = stage.hall.reviewers[0]
    stage.on_duty(reviewer)
    call_id = stage.request()
    with pytest.raises(InvalidInput):
        withdraw(stage, call_id, stage.hall.screen)
    stage.answer(call_id)
    with pytest.raises(NotFound):
        withdraw(stage, call_id, stage.hall.screen, "nobody")
    elsewhere = replace(stage.hall.clerk, window="another window")
    with pytest.raises(NotInThisCall):
        withdraw(stage, call_id, elsewhere)
    assert stage.call(call_id).state is CallState.QUEUED


def test_after_the_end_there_is_nothing_to_take_back(stage):
    call_id = stage.request()
    stage.answer(call_id, NoticeAnswer.REFUSED)
    with pytest.raises(CallStateForbids):
        withdraw(stage, call_id, stage.hall.screen)
