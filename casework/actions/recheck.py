"""After an interruption the reviewer confirms again who is there: name and one varied question."""

from dataclasses import dataclass

from casework.actions.steps.call_moves import change_call
from casework.actions.steps.marks import write_mark
from casework.actions.steps.publish import publishing
from casework.errors import InvalidInput
from casework.model.call import MarkKind
from casework.policy.call_refusals import RecheckNotDue
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.policy.refusals import RecordingNotHealthy
from casework.store.tx import Tx
from casework.views.call_facts import facts_of_call
from casework.views.calls import call_of

MAX_QUESTION = 100


@dataclass(frozen=True, slots=True)
class Recheck:
    """Both were right: 姓名, 随机一问. `question` is what was asked."""

    call_id: str
    name_confirmed: bool
    question: str
    question_answered: bool


def recheck(tx: Tx, command: Recheck) -> None:
    """Raises NotFound, NotAllowed, NotInThisCall, CallStateForbids (also while the call is held and
    nobody is heard), RecheckNotDue, RecordingNotHealthy (what nobody records is no check);
    InvalidInput when one of the two is missing: then it is doubtful
    who is there, and that is not confirmed.
    """
    call = call_of(tx.conn, command.call_id)
    decision = require(tx.actor, CallVerb.RECHECK, call)
    if not call.recheck_due:
        raise RecheckNotDue
    facts = facts_of_call(tx.conn, call.id, mono_ms=tx.mono_ms)
    if facts is None or not facts.healthy_now:
        raise RecordingNotHealthy
    for field in ("name_confirmed", "question_answered"):
        if not getattr(command, field):
            raise InvalidInput("not confirmed", field=field)
    question = command.question.strip()
    if not 1 <= len(question) <= MAX_QUESTION:
        raise InvalidInput(field="question")
    with publishing(tx, "call.rechecked", f"call:{call.id}"):
        change_call(tx, call, recheck_due=False)
        mark = write_mark(tx, call.id, MarkKind.RECHECK)
        tx.entry(
            "desk.call.rechecked",
            f"call:{call.id}",
            plain={"mark": mark},
            committed={"question": question},
            decision=decision,
        )
