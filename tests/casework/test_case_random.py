"""Random people do random things to cases: no forbidden step, no breach of separation, no state
change without its entry, and the events rebuild the state.
"""

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.check_receiver import CheckReceiver, Receiver, check_receiver
from casework.actions.complete_case import CompleteCase, complete_case
from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.expire_leases import ExpireLeases, expire_leases
from casework.actions.fix_returned import FixReturned, fix_returned
from casework.actions.hand_back import HandBack, hand_back
from casework.actions.issue_case import IssueCase, issue_case
from casework.actions.prepare_decision import prepare_decision
from casework.actions.release_case import ReleaseCase, release_case
from casework.actions.return_to_outlet import ReturnToOutlet, return_to_outlet
from casework.actions.revert_decision import RevertDecision, revert_decision
from casework.actions.take_case import TakeCase, take_case
from casework.actions.take_next import TakeNext, take_next
from casework.actions.withdraw_case import WithdrawCase, withdraw_case
from casework.actor import SYSTEM, Role
from casework.clock import ManualClock
from casework.errors import DomainError
from casework.model.applicant import IdentityMethod
from casework.model.case import CaseState, Road
from casework.model.decision import Fault, ReturnReason
from casework.model.merge_patch import merge
from casework.policy.transitions import TRANSITIONS
from casework.store import schema_case as s
from casework.store.reading import entries_of, events_after
from casework.views.case_snapshot import case_snapshot
from scenes.case_scene import Desk, a_stored, seeded_city
from scenes.kernel import kernel

STEPS = frozenset((row.source, row.target) for row in TRANSITIONS)
LOGINS = ("clerk1", "clerk2", "clerk3", "reviewer1", "reviewer2", "reviewer3")
ROLES = (Role.CLERK, Role.REVIEWER, Role.AUDITOR, Role.CITIZEN)

number = st.integers(0, 2)
login = st.sampled_from(LOGINS)


class City(RuleBasedStateMachine):
    """Everybody may try everything; most of it is refused."""

    @initialize()
    def found(self) -> None:
        self.close = ExitStack()
        folder = self.close.enter_context(tempfile.TemporaryDirectory())
        self.clock = ManualClock()
        self.kernel = self.close.enter_context(kernel(Path(folder), clock=self.clock))
        self.desk = Desk(self.kernel, seeded_city(self.kernel))
        self.cases = [self.desk.accepted(), self.desk.signed(), self.desk.accepted("SK-001")]
        self.before = self.seen()

    def teardown(self) -> None:
        if hasattr(self, "close"):
            self.close.close()

    def seen(self) -> dict[str, tuple[CaseState, int, int]]:
        """State, version and number of entries of each case."""
        with self.kernel.store.reading() as conn:
            return {
                case_id: (case.state, case.version, len(entries_of(conn, case.chain)))
                for case_id in self.cases
                if (case := self.desk.case(case_id))
            }

    def attempt(self, action, command, who: str, role: Role | None = None) -> None:
        actor = self.desk.city.actors[who]
        if role is not None:
            # The same person in another post, at the bank's first window.
            actor = replace(
                actor, role=role, outlet=self.desk.clerk.outlet, window=self.desk.clerk.window
            )
        try:
            self.desk.run(action, command, actor)
        except DomainError:
            assert self.seen() == self.before, "a refused act changed something"

    @rule(n=number, steps=st.integers(2, 9), refuse=st.booleans(), send_back=st.booleans())
    def go_on_as_one_should(self, n, steps, refuse, send_back):
        """The next step by the right person; without it hardly a case would come far."""
        for _ in range(steps):
            self.nothing_forbidden_happened()
            self.right_step(self.cases[n], refuse=refuse, send_back=send_back)

    def right_step(self, case_id, *, refuse, send_back) -> None:
        case = self.desk.case(case_id)
        insurance = case.group_code == "insurance"
        reviewer = "reviewer1" if insurance else "reviewer3"
        holder = next(
            (who for who in LOGINS if self.desk.city.actors[who].id == case.reviewer_id), reviewer
        )
        match case.state:
            case CaseState.DRAFT:
                self.accept(self.cases.index(case_id), "clerk2")
            case CaseState.ACCEPTED:
                self.attempt(take_case, TakeCase(case_id), reviewer)
            case CaseState.IN_FIRST_REVIEW if case.pending_decision_id:
                command = ConfirmDecision(case_id, case.pending_decision_id)
                self.attempt(confirm_decision, command, holder)
            case CaseState.IN_FIRST_REVIEW if send_back:
                self.send_back(self.cases.index(case_id), holder)
            case CaseState.IN_FIRST_REVIEW:
                self.prepare(self.cases.index(case_id), holder, not refuse)
            case CaseState.RETURNED_TO_OUTLET:
                self.mend(self.cases.index(case_id), "clerk1", True)
            case CaseState.APPROVED | CaseState.REFUSED:
                self.give_back(self.cases.index(case_id), holder)
            case CaseState.HANDED_BACK:
                self.issue(self.cases.index(case_id), "clerk2", None)
            case CaseState.ISSUED:
                self.complete(self.cases.index(case_id), "clerk1")

    @rule(n=number, who=login, role=st.sampled_from(ROLES))
    def take(self, n, who, role):
        self.attempt(take_case, TakeCase(self.cases[n]), who, role)

    @rule(who=login)
    def take_whatever_is_next(self, who):
        self.attempt(take_next, TakeNext(), who)

    @rule(n=number, who=login)
    def accept(self, n, who):
        self.attempt(accept_case, AcceptCase(self.cases[n], Road.DESK), who)

    @rule(n=number, who=login)
    def release(self, n, who):
        self.attempt(release_case, ReleaseCase(self.cases[n]), who)

    @rule(n=number, who=login)
    def send_back(self, n, who):
        faults = (Fault("id_card", ReturnReason.BLURRED),)
        self.attempt(return_to_outlet, ReturnToOutlet(self.cases[n], faults), who)

    @rule(n=number, who=login, mended=st.booleans())
    def mend(self, n, who, mended):
        case_id = self.cases[n]
        if mended and self.before[case_id][0] is CaseState.RETURNED_TO_OUTLET:
            self.desk.add(case_id, "id_card")
            self.before = self.seen()
        self.attempt(fix_returned, FixReturned(case_id), who)

    @rule(n=number, who=login, approve=st.booleans())
    def prepare(self, n, who, approve):
        case_id = self.cases[n]
        command = self.desk.approval(case_id) if approve else self.desk.refusal(case_id)
        self.attempt(prepare_decision, command, who)

    @rule(n=number, who=login, confirm=st.booleans())
    def end_decision(self, n, who, confirm):
        case_id = self.cases[n]
        pending = self.desk.case(case_id).pending_decision_id or "none"
        if confirm:
            self.attempt(confirm_decision, ConfirmDecision(case_id, pending), who)
        else:
            self.attempt(revert_decision, RevertDecision(case_id, pending), who)

    @rule(n=number, who=login)
    def give_back(self, n, who):
        self.attempt(hand_back, HandBack(self.cases[n]), who)

    @rule(n=number, who=login, role=st.sampled_from((None, Role.CLERK)))
    def issue(self, n, who, role):
        case_id = self.cases[n]
        receiver = CheckReceiver(case_id, Receiver.APPLICANT, IdentityMethod.ID_READER)
        self.attempt(check_receiver, receiver, who, role)
        self.before = self.seen()
        self.attempt(issue_case, IssueCase(case_id, a_stored(case_id)), who, role)

    @rule(n=number, who=login)
    def complete(self, n, who):
        self.attempt(complete_case, CompleteCase(self.cases[n]), who)

    @rule(n=st.just(1), who=login)
    def withdraw(self, n, who):
        self.attempt(withdraw_case, WithdrawCase(self.cases[n], IdentityMethod.ID_READER), who)

    @rule(seconds=st.sampled_from((1, 5, 20, 121)))
    def time_passes(self, seconds):
        self.clock.advance(seconds * 1000)
        self.desk.run(expire_leases, ExpireLeases(), SYSTEM)

    @invariant()
    def nothing_forbidden_happened(self) -> None:
        if not hasattr(self, "before"):
            return
        after = self.seen()
        for case_id, (state, version, entries) in after.items():
            _, old_version, old_entries = self.before[case_id]
            assert version - old_version == entries - old_entries, "entry and change go together"
            assert state in CaseState
        self.before = after

    @invariant()
    def the_past_is_lawful(self) -> None:
        if not hasattr(self, "before"):
            return
        with self.kernel.store.reading() as conn:
            for case_id in self.cases:
                self._check_intervals(conn, case_id)
                self._check_hands(conn, case_id)
                replayed = {}
                for event in events_after(conn, f"case:{case_id}", 0):
                    replayed = merge(replayed, event.data)
                assert replayed == case_snapshot(conn, case_id)

    def _check_intervals(self, conn, case_id) -> None:
        states = conn.scalars(
            select(s.case_state.c.state)
            .where(s.case_state.c.case_id == case_id)
            .order_by(s.case_state.c.number)
        ).all()
        steps = zip([None, *map(CaseState, states)], map(CaseState, states), strict=False)
        assert set(steps) <= STEPS

    def _check_hands(self, conn, case_id) -> None:
        rows = conn.execute(select(s.case_hand).where(s.case_hand.c.case_id == case_id)).all()
        sides = {role: {row.staff_id for row in rows if row.role == role} for role in Role}
        assert not sides[Role.CLERK] & sides[Role.REVIEWER]
        case = self.desk.case(case_id)
        assert case.issued_by is None or case.issued_by not in sides[Role.REVIEWER]
        assert case.decided_by is None or case.decided_by not in sides[Role.CLERK]


City.TestCase.settings = settings(
    max_examples=10,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestRandomPeople = City.TestCase
