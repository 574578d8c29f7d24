"""Who may do what on a call, and in which state.

`decide` asks the rules in order; the first that objects gives the reason code, which goes into the
audit entry and becomes the refusal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from casework.actor import Actor, Role
from casework.errors import DomainError, NotAllowed
from casework.model.call import (
    OVER,
    RUNNING,
    WAITING,
    WITH_MEDIA,
    CallState,
    Direction,
)
from casework.model.call_session import CallSession
from casework.policy.call_refusals import CallStateForbids, NotInThisCall
from casework.policy.call_verb import CallVerb as V
from casework.policy.policy_decision import PolicyDecision

_ALIVE = frozenset(CallState) - OVER
_ANY = frozenset(CallState)
_COUNTER = frozenset({Role.CLERK})
_HALL = frozenset({Role.REVIEWER})
_STAFF = _COUNTER | _HALL
_CITIZEN = frozenset({Role.CITIZEN})
_PARTIES = _STAFF | _CITIZEN
_SYSTEM = frozenset({Role.SYSTEM})
_OFFERED = frozenset({CallState.OFFERED})


@dataclass(frozen=True, slots=True)
class Rule:
    roles: frozenset[Role]
    states: frozenset[CallState]


RULES: Mapping[V, Rule] = MappingProxyType(
    {
        V.OFFER_CALL: Rule(_SYSTEM, frozenset({CallState.REQUESTED, CallState.QUEUED})),
        V.ACCEPT_CALL: Rule(_STAFF, _OFFERED),
        V.DECLINE_OFFER: Rule(_STAFF, _OFFERED),
        V.MISS_OFFER: Rule(_SYSTEM, _OFFERED),
        V.CANCEL_CALL: Rule(_STAFF, WAITING | {CallState.CONNECTING}),
        V.ADD_PERSON: Rule(_COUNTER, _ALIVE - {CallState.WRAP_UP}),
        V.ANSWER_NOTICE: Rule(_CITIZEN, _ALIVE - {CallState.WRAP_UP}),
        V.WITHDRAW_CONSENT: Rule(_CITIZEN | _COUNTER, _ALIVE - {CallState.WRAP_UP}),
        V.JOIN_LEG: Rule(_PARTIES, WITH_MEDIA | _OFFERED),
        V.LEAVE_LEG: Rule(_PARTIES | _SYSTEM, _ANY),
        V.ADMIT_LEG: Rule(_SYSTEM, _ANY),
        V.REPORT_LEG: Rule(_SYSTEM, _ANY),
        V.NOTE_LINE: Rule(_SYSTEM, _ANY),
        V.LIMIT_LEG: Rule(_SYSTEM, _ANY),
        V.SOUND_ONLY: Rule(_STAFF, WITH_MEDIA),
        V.INTERRUPT_CALL: Rule(_SYSTEM, WITH_MEDIA),
        V.RECHECK: Rule(_HALL, frozenset({CallState.ACTIVE})),
        V.HOLD: Rule(_HALL, frozenset({CallState.ACTIVE})),
        V.TAKE_OFF_HOLD: Rule(_HALL, frozenset({CallState.HELD})),
        V.RECORD_MARK: Rule(_PARTIES | _SYSTEM, WITH_MEDIA),
        V.ATTACH_CASE: Rule(_COUNTER, WITH_MEDIA),
        V.NOTE_OPINION: Rule(_HALL, RUNNING | {CallState.INTERRUPTED, CallState.WRAP_UP}),
        V.END_CALL: Rule(_STAFF | _SYSTEM, WITH_MEDIA),
        V.CLOSE_WRAP_UP: Rule(_STAFF | _SYSTEM, frozenset({CallState.WRAP_UP})),
        V.LEASE_ROOM: Rule(_SYSTEM, WITH_MEDIA | _OFFERED | {CallState.QUEUED}),
    }
)


def takes_part(actor: Actor, call: CallSession) -> bool:
    """Whether the actor is a party of the call: its clerk, its reviewer, its citizen screen.

    A clerk who relieves another at the same window takes the window's call over with it.
    """
    match actor.role:
        case Role.SYSTEM:
            return True
        case Role.CLERK | Role.CITIZEN:
            return actor.window is not None and actor.window == call.window_id
        case Role.REVIEWER:
            return actor.id == call.reviewer_id or (
                call.direction is Direction.TO_WINDOW and actor.id == call.requested_by
            )
        case _:
            return False


def decide(actor: Actor, verb: V, call: CallSession, *, rung: bool = False) -> PolicyDecision:
    """Allows the act, reason `ok`, or names the first rule that objects.

    For `accept_call` and `decline_offer` the offer itself says who is meant; the action checks it.
    `rung`: the call is offered to the actor now, who may sit down before answering.
    """
    rule = RULES[verb]
    if actor.role not in rule.roles:
        return PolicyDecision(allow=False, reason="role_may_not")
    offered = verb in {V.ACCEPT_CALL, V.DECLINE_OFFER} or (rung and verb is V.JOIN_LEG)
    if not offered and not takes_part(actor, call):
        return PolicyDecision(allow=False, reason="not_in_this_call")
    if call.state not in rule.states:
        return PolicyDecision(allow=False, reason="state_forbids")
    return PolicyDecision(allow=True, reason="ok")


_REFUSALS: Mapping[str, type[DomainError]] = MappingProxyType(
    {
        "role_may_not": NotAllowed,
        "not_in_this_call": NotInThisCall,
        "state_forbids": CallStateForbids,
    }
)


def require(actor: Actor, verb: V, call: CallSession, *, rung: bool = False) -> PolicyDecision:
    """As `decide`, but raises NotAllowed, NotInThisCall or CallStateForbids when refused."""
    decision = decide(actor, verb, call, rung=rung)
    if not decision.allow:
        raise _REFUSALS[decision.reason](
            reason=decision.reason, verb=verb.value, state=call.state.value
        )
    return decision
