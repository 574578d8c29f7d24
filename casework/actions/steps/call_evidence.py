"""What a case takes from the call it is decided in. Not an action itself."""

from casework.actions.steps.case_act import CaseAct
from casework.actions.steps.marks import place_mark
from casework.model.call import RUNNING, CallState, MarkKind
from casework.policy.call_facts import CallFacts
from casework.policy.precheck_refusals import PrecheckDecidesNothing
from casework.policy.recording_guard import require_evidence
from casework.policy.refusals import (
    CallRequired,
    IdentityNotOnCamera,
    RecheckOutstanding,
    WrongCall,
)
from casework.views.call_facts import facts_of_call
from casework.views.calls import calls_of_case


def call_of_case(act: CaseAct, call_id: str) -> CallFacts:
    """The facts of a call that concerns this case and is led by this reviewer, else WrongCall;
    PrecheckDecidesNothing where it was about the draft.
    """
    facts = facts_of_call(act.tx.conn, call_id, mono_ms=act.tx.mono_ms, case_id=act.case.id)
    if facts is None or act.case.id not in facts.case_ids:
        raise WrongCall
    if facts.reviewer_id != act.tx.actor.id:
        raise WrongCall
    if facts.precheck:
        raise PrecheckDecidesNothing
    return facts


def require_call_evidence(act: CaseAct, call_id: str | None) -> CallFacts | None:
    """For an approval: the facts of the call, proved sufficient where the item requires a call.

    Where it does not, a call that it is taken in, or that runs, must at least have been made good
    after an interruption; a call that is over and is not named stands for nothing.
    """
    if call_id is None:
        if act.item.call_required:
            raise CallRequired
        for call in calls_of_case(act.tx.conn, act.case.id):
            if call.state in RUNNING | {CallState.INTERRUPTED} and call.recheck_due:
                raise RecheckOutstanding
        return None
    facts = call_of_case(act, call_id)
    if not act.item.call_required and facts.recheck_due:
        raise RecheckOutstanding
    if act.item.call_required:
        if act.case.camera_call_id != call_id:
            raise IdentityNotOnCamera
        require_evidence(facts, act.item.gap_limit_s, act.tx.now_ms)
    return facts


def mark_running_calls(act: CaseAct, kind: MarkKind, ref: str | None = None) -> None:
    """Marks the recording of the call, if one runs about this case, so that a click on the act in
    the timeline plays the moment.
    """
    for call in calls_of_case(act.tx.conn, act.case.id):
        if call.state in RUNNING:
            place_mark(act.tx, call.id, kind, case_id=act.case.id, ref=ref)
