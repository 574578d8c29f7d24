"""Whether an approval would pass now as far as the call is concerned, and how the recording is.

The same guards that the decision itself asks (`casework.policy.recording_guard`), read without
acting, so that the page can say *why* before anybody presses. It promises nothing: the act asks
again.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from backoffice_console.views.scope import reviewable_case
from casework.actor import Actor
from casework.catalogue.stored_item import load_item
from casework.errors import DomainError
from casework.policy.precheck_refusals import PrecheckDecidesNothing
from casework.policy.recording_guard import require_evidence
from casework.policy.refusals import (
    CallRequired,
    IdentityNotOnCamera,
    RecheckOutstanding,
    WrongCall,
)
from casework.store import schema_call as s
from casework.views.call_facts import facts_of_call


@dataclass(frozen=True, slots=True)
class RecordingNow:
    """`durable_ago_ms` is the age of the newest durable segment, None before there is one."""

    ok: bool
    cause: str | None
    durable_ago_ms: int | None
    ended: bool


@dataclass(frozen=True, slots=True)
class CallEvidence:
    """`blocked` is the refusal that an approval would meet, None when it would pass."""

    call_required: bool
    blocked: DomainError | None
    marks: tuple[str, ...]
    recording: RecordingNow | None


def call_evidence(
    conn: Connection, actor: Actor, case_id: str, call_id: str | None, now_ms: int, mono_ms: int
) -> CallEvidence:
    """Raises NotFound when the case is none of this reviewer's."""
    case = reviewable_case(conn, actor, case_id, now_ms)
    item = load_item(conn, case.item_version_id)
    facts = (
        None if call_id is None else facts_of_call(conn, call_id, mono_ms=mono_ms, case_id=case_id)
    )
    blocked: DomainError | None = None
    try:
        if call_id is None:
            if item.call_required:
                raise CallRequired
        elif facts is None or case.id not in facts.case_ids or facts.reviewer_id != actor.id:
            raise WrongCall
        elif facts.precheck:
            raise PrecheckDecidesNothing
        elif item.call_required:
            if case.camera_call_id != call_id:
                raise IdentityNotOnCamera
            require_evidence(facts, item.gap_limit_s, now_ms)
        elif facts.recheck_due:
            raise RecheckOutstanding
    except DomainError as refusal:
        blocked = refusal
    return CallEvidence(
        call_required=item.call_required,
        blocked=blocked,
        marks=tuple(sorted(facts.marks_recorded)) if facts else (),
        recording=None if call_id is None else recording_now(conn, call_id, mono_ms),
    )


def recording_now(conn: Connection, call_id: str, mono_ms: int) -> RecordingNow | None:
    """None before the recorder was armed."""
    row = conn.execute(select(s.recording).where(s.recording.c.call_id == call_id)).one_or_none()
    if row is None:
        return None
    durable = row.last_durable_mono_ms
    return RecordingNow(
        ok=row.health_ok,
        cause=row.health_cause,
        durable_ago_ms=None if durable is None else max(0, mono_ms - durable),
        ended=row.ended_ms is not None,
    )
