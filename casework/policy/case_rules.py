"""Rules about who may act on a case: state and role, place, lock, separation of duties.

`decide` asks them in order; the first that objects gives the reason code. The reasons become the
errors of `casework.policy.refusals` in `require`, and go into the audit entry as they are.
"""

from collections.abc import Callable
from dataclasses import dataclass

from casework.actor import Actor, Role
from casework.errors import DomainError, NotAllowed
from casework.model.case import RESULT_STATES, Case
from casework.policy import refusals, visit_refusals
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
        CaseVerb.REQUIRE_SUPPLEMENT,
        CaseVerb.ASK_SECOND_NOTICE,
        CaseVerb.PREPARE_DECISION,
        CaseVerb.CONFIRM_DECISION,
        CaseVerb.REVERT_DECISION,
    }
)
REVIEW_VERBS = HOLDER_VERBS | {CaseVerb.TAKE_CASE}
# Before acceptance there is no lock; who may judge is the same.
JUDGING_VERBS = REVIEW_VERBS | {CaseVerb.NOTE_OPINION}
LOOKING_VERBS = frozenset({CaseVerb.VIEW_CASE, CaseVerb.REVEAL_FIELD})
HANDING_VERBS = frozenset({CaseVerb.CHECK_RECEIVER, CaseVerb.ISSUE_CASE, CaseVerb.COMPLETE_CASE})
CUSTODY_VERBS = frozenset({CaseVerb.HAND_OVER_ORIGINAL, CaseVerb.GIVE_BACK_ORIGINAL})
AFTERWARDS_VERBS = CUSTODY_VERBS | {
    CaseVerb.PRINT_PAPER,
    CaseVerb.RATE_CASE,
    CaseVerb.REVEAL_FIELD,
}
# What may happen while a prepared decision waits for its confirmation.
PENDING_VERBS = frozenset(
    {
        CaseVerb.TAKE_CASE,
        CaseVerb.CONFIRM_DECISION,
        CaseVerb.REVERT_DECISION,
        CaseVerb.RENEW_LEASE,
        CaseVerb.EXPIRE_LEASE,
        CaseVerb.WITHDRAW_CASE,
        CaseVerb.WITHDRAW_COMMITMENT,
        CaseVerb.VIEW_CASE,
        CaseVerb.REVEAL_FIELD,
    }
)


def state_allows(_actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    return None if transitions_of(verb, resource.case.state) else "state_forbids"


def role_may(actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    rows = transitions_of(verb, resource.case.state)
    return None if any(actor.role in row.roles for row in rows) else "role_may_not"


def within_outlet(actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    """Clerks and ushers act on the cases of their own outlet, a citizen screen on those of its window. Where the result
    is handed over at another outlet, it is handed over there and nowhere else, at whichever window.
    """
    case = resource.case
    if actor.role not in {Role.CLERK, Role.USHER, Role.CITIZEN}:
        return None
    elsewhere = case.issue_outlet_id if case.state in RESULT_STATES else None
    if elsewhere is not None and actor.outlet == elsewhere:
        return None if verb in HANDING_VERBS | AFTERWARDS_VERBS else "other_outlet"
    if actor.outlet != case.outlet_id or (elsewhere is not None and verb in HANDING_VERBS):
        return "other_outlet"
    if actor.role is Role.CITIZEN and actor.window != case.window_id:
        return "other_window"
    return None


def at_its_desk(actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    """A draft of the pre-fill desk is the ushers' until a clerk takes it over, and never again after that."""
    waits = resource.case.waits_at_desk
    if actor.role is Role.USHER or verb is CaseVerb.TAKE_OVER:
        return None if waits else "no_longer_at_desk"
    return "not_taken_over" if waits and actor.role in {Role.CLERK, Role.CITIZEN} else None


def may_look(actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    """Nobody looks into a case that his lists do not show him."""
    if verb not in LOOKING_VERBS:
        return None
    seen = sees_case(actor, resource.case, resource.certified_groups)
    return None if seen else "not_visible"


def not_the_clerk(actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    """受审分离: who had a hand in the case at the window does not review it."""
    reviewing = actor.role is Role.REVIEWER and verb in JUDGING_VERBS
    return "clerk_may_not_review" if reviewing and actor.id in resource.window_hands else None


def not_the_reviewer(actor: Actor, _verb: CaseVerb, resource: CaseResource) -> str | None:
    """Who reviewed the case does nothing for it at the window, issuing least of all."""
    at_window = actor.role is Role.CLERK
    return "reviewer_may_not_issue" if at_window and actor.id in resource.review_hands else None


def certified(actor: Actor, verb: CaseVerb, resource: CaseResource) -> str | None:
    if actor.role is not Role.REVIEWER or verb not in JUDGING_VERBS:
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
    at_its_desk,
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
    "not_taken_over": visit_refusals.NotTakenOver,
    "no_longer_at_desk": visit_refusals.NoLongerAtDesk,
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
