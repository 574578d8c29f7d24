"""No healthy recording, no approval: what a call must have been like (design.md §4).

While the call runs, the recording must be healthy now; after it ended in order, and for half an hour
at most, the recording must have ended too. Either way the marks of notice, identity and declaration
must lie in recorded time, with no gap over the item's limit since the last check. While pictures are
paused for the line's sake nobody is approved whom the reviewer cannot see, nor while the call is held. There is no override.
"""

from casework.model.call import CallState, NoticeAnswer
from casework.policy.call_facts import CallFacts, RequiredMark
from casework.policy.lease import MAX_LEASE_MS
from casework.policy.refusals import (
    CitizenNotInView,
    DecisionTooLate,
    IdentityNotOnCamera,
    MarksMissing,
    NoticeNotAgreed,
    RecheckOutstanding,
    RecordingNotHealthy,
    RecordingNotWhole,
    StepsToRedo,
)

DECISION_WINDOW_MS = 30 * 60_000


def require_evidence(facts: CallFacts, gap_limit_s: int, now_ms: int) -> None:
    """Raises the first of NoticeNotAgreed, RecheckOutstanding, StepsToRedo, IdentityNotOnCamera,
    RecordingNotHealthy, CitizenNotInView, DecisionTooLate, RecordingNotWhole, MarksMissing that
    applies.
    """
    answers = facts.notices.values()
    if not answers or any(answer is not NoticeAnswer.AGREED for answer in answers):
        raise NoticeNotAgreed
    require_interruption_made_good(facts)
    if facts.identity_on_camera_at_ms is None:
        raise IdentityNotOnCamera
    if facts.running:
        if not facts.healthy_now:
            raise RecordingNotHealthy
        if not facts.citizen_in_view or facts.state == CallState.HELD:
            raise CitizenNotInView
    elif not in_time(facts, now_ms):
        raise DecisionTooLate
    elif not facts.recording_ended:
        # A gap that is open at the end is told by the recorder's last words.
        raise RecordingNotWhole(ended=False)
    # A gap is mended by a re-check, after which it counts no more; in the call and after it.
    if facts.longest_gap_ms > gap_limit_s * 1000:
        raise RecordingNotWhole(gap_ms=facts.longest_gap_ms, limit_s=gap_limit_s)
    _require_marks(facts)


def require_interruption_made_good(facts: CallFacts) -> None:
    """Raises RecheckOutstanding or StepsToRedo while what an interruption costs is not paid."""
    if facts.recheck_due:
        raise RecheckOutstanding
    if facts.to_redo:
        raise StepsToRedo(marks=[mark.value for mark in RequiredMark if mark in facts.to_redo])


def in_time(facts: CallFacts, now_ms: int) -> bool:
    """Whether the call runs, or ended in order less than DECISION_WINDOW_MS ago."""
    if facts.running or facts.ended_in_order_at_ms is None:
        return facts.running
    # An end that lies in the future was before the clock was set back; by seconds, it is put right.
    return -MAX_LEASE_MS <= now_ms - facts.ended_in_order_at_ms <= DECISION_WINDOW_MS


def _require_marks(facts: CallFacts) -> None:
    missing = [mark.value for mark in RequiredMark if mark not in facts.marks_recorded]
    if missing:
        raise MarksMissing(marks=missing)
