"""The desk lets a leg's media in, or shuts it out again; written before the worker is told."""

from dataclasses import dataclass

from casework.actions.steps.let_in import let_in
from casework.actions.steps.publish import publishing
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.ports import TrackSource
from casework.store.tx import Tx
from casework.views.calls import call_of, leg_of


@dataclass(frozen=True, slots=True)
class AdmitLeg:
    leg_id: str


@dataclass(frozen=True, slots=True)
class LegAdmitted:
    sources: tuple[TrackSource, ...]


def admit_leg(tx: Tx, command: AdmitLeg) -> LegAdmitted:
    """Applies the admission rule to the leg as things stand now, and says what it admits.

    The rule is asked inside the transaction, so a consent withdrawn a moment ago is seen.
    Raises NotFound, NotAllowed.
    """
    leg = leg_of(tx.conn, command.leg_id)
    call = call_of(tx.conn, leg.call_id)
    require(tx.actor, CallVerb.ADMIT_LEG, call)
    with publishing(tx, "leg.admitted", f"call:{call.id}", moves_queue=False):
        return LegAdmitted(let_in(tx, call, leg))
