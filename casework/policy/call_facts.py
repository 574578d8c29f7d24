"""What a case may ask of a call: the one seam between the case's guards and the call's tables.

`casework.views.call_facts.facts_of_call(conn, call_id, ...) -> CallFacts | None` reads
them; the guards in `casework.policy.recording_guard` judge them. Facts are raw: the limit of a gap
belongs to the item version, so it is applied by the guard, not by the reader.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from casework.model.call import NoticeAnswer


class RequiredMark(StrEnum):
    """Marks that must lie in recorded time before an approval by call (design.md §4)."""

    NOTICE = "notice"
    IDENTITY = "identity"
    DECLARATION = "declaration"


@dataclass(frozen=True, slots=True)
class CallFacts:
    """State of one call as far as a decision on a case depends on it.

    `state` is a CallState value; `running` is true from `active` until the call ends, a `held`
    call included, an `interrupted` one not. `ended_in_order_at_ms` is wall time and set only when
    the call ended by a person's act, not by a fault.
    `notices` maps each person who must answer the notice to the answer, None while unanswered.
    `marks_recorded` holds the required marks that lie in recorded time; in a healthy running call
    what is just being written counts too. `recording_ended` is true once all the recorder had to
    say is known.
    `citizen_in_view` is false while the moving picture of the citizen is paused on its way to the
    reviewer; a call without such a picture is judged by its marks alone.
    `longest_gap_ms` is the longest recording gap after the last identity re-check (after the
    start, when there was none), over all required tracks; an open gap counts until now.
    `recheck_due`: the call was interrupted and nobody has been asked again who they are. `to_redo`
    are the required marks that were taken away by an interruption and not placed again.
    `precheck`: the call was about the draft, so nothing is decided by it.
    `stream_heads` maps each recording part to the hash of its newest segment record, lower hex.
    """

    call_id: str
    state: str
    running: bool
    case_ids: frozenset[str]
    reviewer_id: str | None
    ended_in_order_at_ms: int | None = None
    notices: dict[str, NoticeAnswer | None] = field(default_factory=dict)
    identity_on_camera_at_ms: int | None = None
    healthy_now: bool = False
    citizen_in_view: bool = True
    recording_ended: bool = False
    marks_recorded: frozenset[RequiredMark] = frozenset()
    longest_gap_ms: int = 0
    recheck_due: bool = False
    to_redo: frozenset[RequiredMark] = frozenset()
    precheck: bool = False
    stream_heads: dict[str, str] = field(default_factory=dict)
