"""Rules about who may act on a case: state and role, place, lock, separation of duties.

`decide` asks them in order; the first that objects gives the reason code. The reasons become the
errors of `casework.policy.refusals` in `require`, and go into the audit entry as they are.
"""

from collections.abc import Callable
from dataclasses import dataclass

from casework.actor import Actor, Role
from casework.errors import DomainError, NotAllowed
from casework.model.case import Case
from casework.policy import refusals
from casework.policy.case_verb import CaseVerb
from casework.policy.case_visibility import sees_case
from casework.policy.lease import holds
from casework.policy.policy_decision import PolicyDecision
from casework.policy.transitions import transitions_of


@dataclass(frozen=True, slots=True)
class CaseResource:
    """What a rule may look at: the case and the time, what the actor is certified for, and who had
    a hand in the case so far on either side.
    """

    case: Case
    now_ms: int
    certified_groups: frozenset[str] = frozenset()
    window_hands: frozenset[str] = frozenset()
    review_hands: frozenset[str] = frozenset()

    @property
    def locked(self) -> bool:
        """Whether somebody holds the review lock now."""
        return holds(self.case.lease_until_ms, self.now_ms)

    @property
    def pending(self) -> bool:
        """Whether a prepared decision waits; one that ran out is as good as reverted."""
        return holds(self.case.pending_until_ms, self.now_ms)


Rule = Callable[[Actor, CaseVerb, CaseResource], str | None]

# Acts of a reviewer who holds the case; taking it is how the lock is got.
HOLDER_VERBS = frozenset(
    {
        CaseVerb.RENEW_LEASE,
        CaseVerb.RELEASE_CASE,
        CaseVerb.CONFIRM_IDENTITY_ON_CAMERA,
        CaseVerb.CHECK_MATERIAL,
        CaseVerb.RETURN_TO_OUTLET,
        CaseVerb.PREPARE_DECISION,
        CaseVerb.CONFIRM_DECISION,
        CaseVerb.REVERT_DECISION,
    }
)
REVIEW_VERBS = HOLDER_VERBS | {CaseVerb.TAKE_CASE}
LOOKING_VERBS = frozenset({CaseVerb.VIEW_CASE, CaseVerb.REVEAL_FIELD})
# What may happen while a prepared decision waits for its confirmation.
PENDING_VERBS = frozenset(
    {
        CaseVerb.TAKE_CASE,
        CaseVerb.CONFIRM_DECISION,
        CaseVerb.REVERT_DECISION,
        CaseVerb.RENEW_LEASE,
        CaseVerb.EXPIRE_LEASE,
        CaseVerb.WITHDRAW_CASE,
        CaseVerb.VIEW_CASE,
        CaseVerb.REVEAL_FIELD,
    }
)


def state_allows(_actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    return None if transitions_of(verb, resource.case.state) else "state_forbids"


def role_may(actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    rows = transitions_of(verb, resource.case.state)
    return None if any(actor.role in row.roles for row in rows) else "role_may_not"


def within_outlet(actor: Actor, _verb: CaseVerb, resource: CaseResource) -> str | None:
    """A clerk acts on the cases of his own outlet, a citizen screen on those of its window."""
    case = resource.case
    if actor.role in {Role.CLERK, Role.CITIZEN} and actor.outlet != case.outlet_id:
        return "other_outlet"
    if actor.role is Role.CITIZEN and actor.window != case.window_id:
        return "other_window"
    return None


def may_look(actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    """Nobody looks into a case that his lists do not show him."""
    if verb not in LOOKING_VERBS:
        return None
    seen = sees_case(actor, resource.case, resource.certified_groups)
    return None if seen else "not_visible"


def not_the_clerk(actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    """受审分离: who had a hand in the case at the window does not review it."""
    reviewing = actor.role is Role.REVIEWER and verb in REVIEW_VERBS
    return "clerk_may_not_review" if reviewing and actor.id in resource.window_hands else None


def not_the_reviewer(actor: Actor, _verb: CaseVerb, resource: CaseResource) -> str | None:
    """Who reviewed the case does nothing for it at the window, issuing least of all."""
    at_window = actor.role is Role.CLERK
    return "reviewer_may_not_issue" if at_window and actor.id in resource.review_hands else None


def certified(actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    if actor.role is not Role.REVIEWER or verb not in REVIEW_VERBS:
        return None
    return None if resource.case.group_code in resource.certified_groups else "not_certified"


def holds_the_lock(actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    """Only the holder reviews; a case whose lock ran out may be taken by the next reviewer."""
    if actor.role is not Role.REVIEWER or verb not in REVIEW_VERBS:
        return None
    mine = resource.case.reviewer_id == actor.id
    if resource.locked and not mine:
        return "case_locked"
    if verb in HOLDER_VERBS and not (resource.locked and mine):
        return "lease_lost"
    return None


def decided_it(actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    """A reviewer hands back his own decisions only."""
    handing_back = actor.role is Role.REVIEWER and verb is CaseVerb.HAND_BACK
    return "not_the_decider" if handing_back and actor.id != resource.case.decided_by else None


def nothing_pending(_actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    return "decision_pending" if resource.pending and verb not in PENDING_VERBS else None


RULES: tuple[Rule, ...] = (
    within_outlet,
    state_allows,
    role_may,
    may_look,
    not_the_clerk,
    not_the_reviewer,
    certified,
    holds_the_lock,
    decided_it,
    nothing_pending,
)


def decide(actor: Actor, verb: CaseVerb, resource: CaseResource) -> PolicyDecision:
    """Allows the act, reason `ok`, or names the first rule that objects."""
    for rule in RULES:
        reason = rule(actor, verb, resource)
        if reason is not None:
            return PolicyDecision(allow=False, reason=reason)
    return PolicyDecision(allow=True, reason="ok")


REFUSAL_BY_REASON: dict[str, type[DomainError]] = {
    "other_outlet": NotAllowed,
    "other_window": NotAllowed,
    "not_visible": NotAllowed,
    "not_the_decider": NotAllowed,
    "role_may_not": NotAllowed,
    "state_forbids": refusals.StateForbids,
    "clerk_may_not_review": refusals.ClerkMayNotReview,
    "reviewer_may_not_issue": refusals.ReviewerMayNotIssue,
    "not_certified": refusals.NotCertified,
    "case_locked": refusals.CaseLocked,
    "lease_lost": refusals.LeaseLost,
    "decision_pending": refusals.DecisionPending,
}


def refusal(decision: PolicyDecision, verb: CaseVerb, case: Case, holder: str = "") -> DomainError:
    """The error of a refused decision; `holder` is the staff number of who holds the lock."""
    kind = REFUSAL_BY_REASON[decision.reason]
    details: dict[str, str] = {"reason": decision.reason, "verb": verb, "state": case.state}
    if holder:
        details["holder"] = holder
    return kind(**details)
