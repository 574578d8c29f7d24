"""The desk lets a leg's media in, or shuts it out again; written before the worker is told."""

from dataclasses import dataclass

from sqlalchemy import update

from casework.actions.steps.expect_tracks import expect_tracks
from casework.actions.steps.publish import publishing
from casework.model.call import LegState
from casework.policy.admission import admitted, all_agreed
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.ports import TrackSource
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.calls import call_of, leg_of, persons_of


@dataclass(frozen=True, slots=True)
class AdmitLeg:
    leg_id: str


@dataclass(frozen=True, slots=True)
class LegAdmitted:
    sources: tuple[TrackSource, ...]


def admit_leg(tx: Tx, command: AdmitLeg) -> LegAdmitted:
    """Applies the admission rule to the leg as things stand now, and says what it admits.

    The rule is asked inside the transaction, so a consent withdrawn a moment ago is seen. From its
    first admission on the leg's tracks are expected in the recording: a leg that only waits for the
    call to be taken is missed by nobody.
    Raises NotFound, NotAllowed.
    """
    leg = leg_of(tx.conn, command.leg_id)
    call = call_of(tx.conn, leg.call_id)
    require(tx.actor, CallVerb.ADMIT_LEG, call)
    persons = persons_of(tx.conn, call.id)
    agreed = all_agreed((person.kind, person.answer) for person in persons)
    now = (
        ()
        if leg.state is LegState.CLOSED
        else admitted(call.profile, leg.seat, call.state, agreed=agreed)
    )
    if now == leg.admitted:
        return LegAdmitted(now)
    with publishing(tx, "leg.admitted", f"call:{call.id}", moves_queue=False):
        tx.conn.execute(update(s.leg).where(s.leg.c.id == leg.id).values(admitted=list(now)))
        tx.entry(
            "desk.leg.admitted",
            f"call:{call.id}",
            plain={"leg": leg.id, "sources": [source.value for source in now]},
        )
        if now:
            expect_tracks(tx, call.id, leg.site, sorted(leg.required))
    return LegAdmitted(now)
