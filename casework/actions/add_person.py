"""Somebody comes to the counter while the call goes on; who must, answers the notice first."""

from dataclasses import dataclass

from casework.actions.steps.persons import add_present
from casework.actions.steps.publish import publishing
from casework.actions.steps.settle_call import settle
from casework.model.call import PersonKind
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store.tx import Tx
from casework.views.calls import call_of


@dataclass(frozen=True, slots=True)
class AddPerson:
    call_id: str
    kind: PersonKind


@dataclass(frozen=True, slots=True)
class PersonAdded:
    person_id: str


def add_person(tx: Tx, command: AddPerson) -> PersonAdded:
    """Until a late comer has answered, the shared microphone is silent and the call in `consent`.

    Raises NotFound, NotInThisCall, CallStateForbids, InvalidInput.
    """
    call = call_of(tx.conn, command.call_id)
    decision = require(tx.actor, CallVerb.ADD_PERSON, call)
    with publishing(tx, "call.person_added", f"call:{call.id}"):
        (person_id,) = add_present(tx, call.id, [command.kind])
        tx.entry(
            "desk.call.person_added",
            f"call:{call.id}",
            plain={"person": person_id},
            committed={"kind": command.kind.value},
            decision=decision,
        )
        settle(tx, call)
    return PersonAdded(person_id)
