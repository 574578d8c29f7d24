"""A point on the timeline: notice spoken, declaration given, still asked for ..."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from casework.actions.steps.marks import write_mark
from casework.actions.steps.publish import publishing
from casework.actor import Role
from casework.errors import InvalidInput, NotAllowed
from casework.model.call import CallState, MarkKind
from casework.policy.call_refusals import CallStateForbids
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store.tx import Tx
from casework.views.calls import call_of, cases_of

_MAY_MARK: Mapping[MarkKind, frozenset[Role]] = MappingProxyType(
    {
        MarkKind.NOTICE: frozenset({Role.REVIEWER}),
        MarkKind.DECLARATION: frozenset({Role.REVIEWER}),
        MarkKind.STILL_ASKED: frozenset({Role.REVIEWER}),
        MarkKind.MATERIAL: frozenset({Role.REVIEWER, Role.CLERK}),
        MarkKind.NOT_UNDERSTOOD: frozenset({Role.CITIZEN, Role.CLERK}),
    }
)
# Said into the recording: nobody hears it before the call runs, nor while it is held.
_SPOKEN = frozenset({MarkKind.NOTICE, MarkKind.DECLARATION})


@dataclass(frozen=True, slots=True)
class RecordMark:
    """`ref` names what the mark points at: a material code, a person, a decision."""

    call_id: str
    kind: MarkKind
    case_id: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class MarkRecorded:
    mark_id: str


def record_mark(tx: Tx, command: RecordMark) -> MarkRecorded:
    """Marks that follow from other acts (identity, joined, gone, decision ...) are placed by those
    acts.

    Raises NotFound, NotAllowed, NotInThisCall, CallStateForbids, InvalidInput.
    """
    call = call_of(tx.conn, command.call_id)
    decision = require(tx.actor, CallVerb.RECORD_MARK, call)
    if tx.actor.role not in _MAY_MARK.get(command.kind, frozenset()):
        raise NotAllowed(reason="role_may_not", kind=command.kind.value)
    if command.kind in _SPOKEN and call.state is not CallState.ACTIVE:
        raise CallStateForbids(state=call.state.value, verb=CallVerb.RECORD_MARK)
    if command.case_id is not None and command.case_id not in cases_of(tx.conn, call.id):
        raise InvalidInput("the case is not in this call", field="case_id")
    with publishing(tx, "mark.recorded", f"call:{call.id}", moves_queue=False):
        mark_id = write_mark(tx, call.id, command.kind, case_id=command.case_id, ref=command.ref)
        tx.entry(
            "desk.mark.recorded",
            f"call:{call.id}",
            plain={"mark": mark_id},
            committed={"kind": command.kind.value},
            decision=decision,
        )
    return MarkRecorded(mark_id)
