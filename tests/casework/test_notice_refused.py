"""A refusal of the recording notice wins, whatever was answered before it."""

import pytest

from casework.actions.answer_notice import AnswerNotice, answer_notice
from casework.model.call import CallState, EndReason, LegState, NoticeAnswer
from casework.model.notice import CURRENT_NOTICE
from casework.policy.call_refusals import CallStateForbids
from casework.store.reading import entries_of
from casework.views.calls import persons_of
from scenes.call_scene import Stage

AGREED, REFUSED, WITHDRAWN = NoticeAnswer.AGREED, NoticeAnswer.REFUSED, NoticeAnswer.WITHDRAWN


def say(stage: Stage, call_id: str, answer: NoticeAnswer) -> None:
    said = AnswerNotice(
        call_id,
        stage.present(call_id),
        answer,
        CURRENT_NOTICE.version,
        CURRENT_NOTICE.sha256,
    )
    stage.kernel.writer.run_sync(answer_notice, said, actor=stage.hall.screen)


def stands(stage: Stage, call_id: str) -> NoticeAnswer | None:
    """What the citizen has answered, as it is stored."""
    with stage.kernel.store.reading() as conn:
        person = stage.present(call_id)
        return next(one.answer for one in persons_of(conn, call_id) if one.id == person)


def types(stage: Stage, call_id: str) -> list[str]:
    with stage.kernel.store.reading() as conn:
        return [entry.type for entry in entries_of(conn, f"call:{call_id}")]


@pytest.mark.parametrize("where", ["queued", "offered", "connecting"])
def test_a_refusal_after_an_agreement_ends_the_call(stage, where):
    reviewer = stage.hall.reviewers[0]
    stage.on_duty(reviewer)
    call_id = stage.request()
    if where != "queued":
        (stage.offer if where == "offered" else stage.accept)(call_id, reviewer)
    assert stage.call(call_id).state == where
    say(stage, call_id, AGREED)
    say(stage, call_id, REFUSED)
    call = stage.call(call_id)
    assert (call.state, call.end_reason) == (CallState.DECLINED_CONSENT, EndReason.REFUSED_NOTICE)
    assert stands(stage, call_id) is REFUSED
    assert types(stage, call_id)[-3:] == [
        "desk.notice.answered", "desk.notice.answered", "desk.call.ended",
    ]  # fmt: skip
    with pytest.raises(CallStateForbids):
        say(stage, call_id, AGREED)
    assert stands(stage, call_id) is REFUSED


@pytest.mark.parametrize("interrupted", [False, True])
def test_a_refusal_after_they_have_talked_is_a_withdrawal(stage, interrupted):
    call_id, window, _hall = stage.active()
    if interrupted:
        stage.report(window, LegState.GONE)
    say(stage, call_id, REFUSED)
    with pytest.raises(CallStateForbids):
        say(stage, call_id, REFUSED)  # pressed twice
    assert stands(stage, call_id) is WITHDRAWN
    call = stage.call(call_id)
    assert (call.state, call.end_reason) == (CallState.WRAP_UP, EndReason.WITHDRAWN)
    assert types(stage, call_id).count("desk.consent.withdrawn") == 1
    with pytest.raises(CallStateForbids):
        say(stage, call_id, AGREED)
    assert stands(stage, call_id) is WITHDRAWN
