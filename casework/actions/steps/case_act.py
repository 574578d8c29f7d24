"""The frame of every act on a case: lock, ask the policy, then write state, entry and event.

Not an action itself. An action calls `begin`, checks its own guards, and ends with `finish` (the
case changes) or `record` (it only leaves an entry). Raising anywhere undoes all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, update

from audit.canonical import JsonValue
from casework.actions.steps.pending_decision import revert_pending
from casework.actor import Role
from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import CONTENT_OF_CASE, item_in
from casework.errors import VersionConflict
from casework.model.case import RESULT_STATES, Case, CaseState
from casework.model.decision import RevertCause
from casework.model.merge_patch import JsonObject, merge_diff
from casework.policy.case_rules import CaseResource, decide, refusal
from casework.policy.case_verb import CaseVerb
from casework.policy.policy_decision import PolicyDecision
from casework.policy.refusals import StateForbids
from casework.policy.transitions import transitions_of
from casework.store import schema_case as s
from casework.store.case_rows import (
    HANDS,
    LOCKED_CASE,
    Value,
    add_hand,
    case_in,
    hands_of,
    open_interval,
    update_case,
)
from casework.store.prepared import Prepared, ask
from casework.store.tx import Attest, EntryRef, Tx
from casework.views.case_snapshot import MATERIALS, snapshot_of, snapshot_with
from casework.views.grants import CERTIFIED, groups_of
from casework.views.opinions import NOTED
from casework.views.people import staff_number

# Looking and keeping a lock alive is no hand in the case.
_NO_HAND = frozenset(
    {CaseVerb.VIEW_CASE, CaseVerb.REVEAL_FIELD, CaseVerb.RENEW_LEASE, CaseVerb.SEAL_PACKAGE}
)
_IN_THE_HALL = frozenset({CaseState.ACCEPTED, CaseState.IN_FIRST_REVIEW})
_HANDS = frozenset({Role.CLERK, Role.USHER, Role.REVIEWER})
# These end a prepared decision by themselves.
_ENDS_PENDING = frozenset({CaseVerb.CONFIRM_DECISION, CaseVerb.REVERT_DECISION})
_REVIEW_ENDED = Prepared(
    update(s.case_review)
    .where(s.case_review.c.case_id == bindparam("case"), s.case_review.c.until_ms.is_(None))
    .values(until_ms=bindparam("now"), ended_by=bindparam("verb"))
)


@dataclass(frozen=True, slots=True)
class CaseChanged:
    """What most acts answer: where the case stands now."""

    case_id: str
    state: CaseState
    version: int


@dataclass(frozen=True, slots=True)
class CaseAct:
    """An act that the policy allowed, on a case locked for this transaction; `before` is its
    snapshot.
    """

    tx: Tx
    verb: CaseVerb
    case: Case
    item: ItemVersion
    decision: PolicyDecision
    before: JsonObject


@dataclass(frozen=True, slots=True)
class Done:
    case: Case
    entry: EntryRef

    @property
    def changed(self) -> CaseChanged:
        return CaseChanged(self.case.id, self.case.state, self.case.version)


def begin(tx: Tx, verb: CaseVerb, case_id: str, expected_version: int | None = None) -> CaseAct:
    """Locks the case and asks the policy.

    `expected_version` is the version the caller saw. Raises NotFound, the refusal of the first
    rule that objects, or VersionConflict. A prepared decision that ran out is reverted first.
    """
    of_case = {"case": case_id}
    found, involving, materials, noted, content, certified = ask(
        tx.conn,
        (LOCKED_CASE, of_case),
        (HANDS, of_case),
        (MATERIALS, of_case),
        (NOTED, of_case),
        (CONTENT_OF_CASE, of_case),
        (CERTIFIED, {"staff": tx.actor.id, "now": tx.now_ms}),
    )
    case, involved = case_in(found), hands_of(involving)
    resource = CaseResource(
        case,
        tx.now_ms,
        groups_of(certified) if tx.actor.role is Role.REVIEWER else frozenset(),
        involved.get(Role.CLERK, frozenset()) | involved.get(Role.USHER, frozenset()),
        involved.get(Role.REVIEWER, frozenset()),
    )
    decision = decide(tx.actor, verb, resource)
    if not decision.allow:
        holder = staff_number(tx.conn, case.reviewer_id) if resource.locked else ""
        raise refusal(decision, verb, case, holder)
    if expected_version is not None and expected_version != case.version:
        raise VersionConflict("the case changed meanwhile", version=case.version)
    if case.pending_decision_id and not resource.pending and verb not in _ENDS_PENDING:
        case = revert_pending(tx, case, RevertCause.EXPIRED)
    return CaseAct(
        tx, verb, case, item_in(content), decision, snapshot_with(case, materials, noted)
    )


def finish(
    act: CaseAct,
    type_: str,
    *,
    target: CaseState | None = None,
    changes: Mapping[str, Value] | None = None,
    seq_column: str | None = None,
    plain: Mapping[str, JsonValue] | None = None,
    committed: Mapping[str, JsonValue] | None = None,
    refs: Mapping[str, str] | None = None,
    attest: Attest | None = None,
) -> Done:
    """Writes entry, state row, intervals and events of an allowed act.

    `target` is the next state (default: the same); it must stand in the transition table.
    `seq_column` is the column that remembers the number of this entry, `attest` see `Tx.entry`.
    """
    case, tx = act.case, act.tx
    target = target or case.state
    if all(row.target is not target for row in transitions_of(act.verb, case.state)):
        raise StateForbids(verb=act.verb, state=case.state)
    entry = tx.entry(
        type_,
        case.chain,
        plain=plain,
        committed=committed,
        refs=refs,
        decision=act.decision,
        attest=attest,
    )
    columns = dict(changes or {})
    if seq_column:
        columns[seq_column] = entry.seq
    if target is not case.state:
        columns["state"] = target
        if case.state is CaseState.IN_FIRST_REVIEW:
            columns["lease_until_ms"] = None
            end_review(act)
    after = update_case(tx.conn, case, columns)
    if target is not case.state:
        open_interval(tx.conn, after, act.verb, tx.actor.id, tx.now_ms)
    if tx.actor.role in _HANDS and act.verb not in _NO_HAND:
        add_hand(tx.conn, case.id, tx.actor.id, tx.actor.role)
    tell(tx, after, type_, act.before, entered_from=case.state)
    return Done(after, entry)


def record(
    act: CaseAct,
    type_: str,
    *,
    plain: Mapping[str, JsonValue] | None = None,
    committed: Mapping[str, JsonValue] | None = None,
) -> EntryRef:
    """Leaves an entry of an act that changes nothing: a viewing, a revealed value."""
    return act.tx.entry(
        type_, act.case.chain, plain=plain, committed=committed, decision=act.decision
    )


def tell(
    tx: Tx, after: Case, type_: str, before: JsonObject, entered_from: CaseState | None = None
) -> None:
    """Events of a change: the case's own stream gets a merge patch of its snapshot, the lists of
    its outlet and of its reviewer group a hint to look again.
    """
    kind = type_.removeprefix("desk.")
    tx.emit(after.chain, kind, merge_diff(before, snapshot_of(tx.conn, after)))
    hint: dict[str, JsonValue] = {
        "case": after.id,
        "state": after.state,
        "version": after.version,
        "window": after.window_id,
    }
    tx.emit(f"outlet:{after.outlet_id}", kind, hint)
    if after.state in RESULT_STATES:
        for outlet in {after.issue_outlet_id, before.get("issue_outlet_id")} - {None}:
            tx.emit(f"outlet:{outlet}", kind, hint)
    if _IN_THE_HALL & {after.state, entered_from}:
        tx.emit(f"pool:{after.group_code}", kind, hint)


def end_review(act: CaseAct) -> None:
    """The holding of the review lock that runs, if any, ends by this act."""
    _REVIEW_ENDED.send(act.tx.conn, case=act.case.id, now=act.tx.now_ms, verb=act.verb)
