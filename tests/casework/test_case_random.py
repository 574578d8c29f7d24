"""Random people do random things to cases: no forbidden step, no breach of separation, no state
change without its entry, no further list without leave, and the events rebuild the state.
"""

from collections import Counter, defaultdict

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.allow_second_notice import AllowSecondNotice, allow_second_notice
from casework.actions.ask_second_notice import AskSecondNotice, ask_second_notice
from casework.actions.check_receiver import CheckReceiver, Receiver, check_receiver
from casework.actions.complete_case import CompleteCase, complete_case
from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.expire_leases import ExpireLeases, expire_leases
from casework.actions.fix_returned import FixReturned, fix_returned
from casework.actions.give_notice import GiveNotice, give_notice
from casework.actions.hand_back import HandBack, hand_back
from casework.actions.issue_case import IssueCase, issue_case
from casework.actions.lapse_cases import LapseCases, lapse_cases
from casework.actions.note_opinion import NoteOpinion, note_opinion
from casework.actions.prepare_decision import prepare_decision
from casework.actions.refuse_second_notice import RefuseSecondNotice, refuse_second_notice
from casework.actions.release_case import ReleaseCase, release_case
from casework.actions.require_supplement import RequireSupplement, require_supplement
from casework.actions.return_to_outlet import ReturnToOutlet, return_to_outlet
from casework.actions.revert_decision import RevertDecision, revert_decision
from casework.actions.supply_supplement import PointAnswer, SupplySupplement, supply_supplement
from casework.actions.take_case import TakeCase, take_case
from casework.actions.take_next import TakeNext, take_next
from casework.actions.view_case import ViewCase, view_case
from casework.actions.withdraw_case import WithdrawCase, withdraw_case
from casework.actor import SYSTEM, Role
from casework.errors import DomainError
from casework.model.applicant import IdentityMethod
from casework.model.case import CaseState, Road
from casework.model.decision import Fault, ReturnReason
from casework.model.opinion import Opinion
from casework.model.supplement import GENERAL, NoticePoint, NoticeReason
from scenes.case_scene import a_stored
from scenes.random_city import SCREEN, RandomCity

LOGINS = ("clerk1", "clerk2", "clerk3", "reviewer1", "reviewer2", "reviewer3")
EVERYBODY = (*LOGINS, "clerk4", "lead", "auditor", "admin", SCREEN)
ROLES = (Role.CLERK, Role.REVIEWER, Role.AUDITOR, Role.CITIZEN, Role.DUTY_LEAD, Role.ADMIN)
POINTS = (
    NoticePoint("id_card", NoticeReason.NOT_VALID, "已过有效期", "新的证件"),
    NoticePoint(GENERAL, NoticeReason.STATEMENT_NEEDED, "请说明情况"),
)

number = st.integers(0, 2)
login = st.sampled_from(LOGINS)
anybody = st.sampled_from(EVERYBODY)
other_post = st.sampled_from((None, None, None, *ROLES))


LAPSING = 2
"""The case whose item lets a supplement lapse (`random_city.founded`)."""


RIGHT_STEPS = {
    "n": number,
    "steps": st.integers(3, 12),
    "refuse": st.booleans(),
    "send_back": st.booleans(),
    "tell": st.booleans(),
    "late": st.booleans(),
}


class City(RuleBasedStateMachine):
    """Everybody may try everything; most of it is refused."""

    @initialize()
    def found(self) -> None:
        self.city = RandomCity()

    def teardown(self) -> None:
        if hasattr(self, "city"):
            self.city.close.close()

    @rule(**RIGHT_STEPS)
    def go_on_again(self, **how):
        """Twice among the rules: each run leaves some of them out, and seldom both."""
        self.go_on_as_one_should(**how)

    @rule(**RIGHT_STEPS)
    def go_on_as_one_should(self, n, steps, refuse, send_back, tell, late):
        """The next step by the right person; without it hardly a case would come far."""
        for _ in range(steps):
            told = tell or (late and n == LAPSING)
            if not (told and self.right_supplement(n, late=late)):
                self.right_step(self.city.cases[n], refuse=refuse, send_back=send_back)

    def right_step(self, case_id, *, refuse, send_back) -> None:
        case = self.city.desk.case(case_id)
        insurance = case.group_code == "insurance"
        reviewer = "reviewer1" if insurance else "reviewer3"
        holder = next(
            (who for who in LOGINS if self.city.desk.city.actors[who].id == case.reviewer_id),
            reviewer,
        )
        match case.state:
            case CaseState.DRAFT:
                self.accept(self.city.cases.index(case_id), "clerk2")
            case CaseState.ACCEPTED:
                self.city.attempt(take_case, TakeCase(case_id), reviewer)
            case CaseState.IN_FIRST_REVIEW if case.pending_decision_id:
                command = ConfirmDecision(case_id, case.pending_decision_id)
                self.city.attempt(confirm_decision, command, holder)
            case CaseState.IN_FIRST_REVIEW if send_back:
                self.send_back(self.city.cases.index(case_id), holder)
            case CaseState.IN_FIRST_REVIEW:
                self.prepare(self.city.cases.index(case_id), holder, not refuse)
            case CaseState.RETURNED_TO_OUTLET:
                self.mend(self.city.cases.index(case_id), "clerk1", True)
            case CaseState.APPROVED | CaseState.REFUSED:
                self.give_back(self.city.cases.index(case_id), holder)
            case CaseState.HANDED_BACK:
                self.issue(self.city.cases.index(case_id), "clerk2", None)
            case CaseState.ISSUED:
                self.complete(self.city.cases.index(case_id), "clerk1")

    def right_supplement(self, n, *, late) -> bool:
        """The next step towards a supplement, where the case is on that way."""
        case = self.city.desk.case(self.city.cases[n])
        if case.state is CaseState.IN_FIRST_REVIEW and not case.pending_decision_id:
            holder = next(
                who for who in LOGINS if self.city.desk.city.actors[who].id == case.reviewer_id
            )
            self.leave(n, holder, "lead", True)
            self.tell(n, holder, None)
        elif case.state is CaseState.SUPPLEMENT_REQUIRED:
            self.hand_over(n, "clerk1", None)
            if late:
                self.weeks_pass()
            self.supply(n, "clerk1", None, True)
        return self.city.desk.case(case.id).version != case.version

    @rule(n=number, who=login, role=st.sampled_from(ROLES))
    def take(self, n, who, role):
        self.city.attempt(take_case, TakeCase(self.city.cases[n]), who, role)

    @rule(who=login)
    def take_whatever_is_next(self, who):
        self.city.attempt(take_next, TakeNext(), who)

    @rule(n=number, who=login)
    def accept(self, n, who):
        self.city.attempt(accept_case, AcceptCase(self.city.cases[n], Road.DESK), who)

    @rule(n=number, who=login)
    def release(self, n, who):
        self.city.attempt(release_case, ReleaseCase(self.city.cases[n]), who)

    @rule(n=number, who=login)
    def send_back(self, n, who):
        faults = (Fault("id_card", ReturnReason.BLURRED),)
        self.city.attempt(return_to_outlet, ReturnToOutlet(self.city.cases[n], faults), who)

    @rule(n=number, who=anybody, role=other_post, opinion=st.sampled_from(Opinion))
    def opine(self, n, who, role, opinion):
        """Of the draft alone, by the reviewer of its pre-check, and it leads nowhere."""
        command = NoteOpinion(self.city.cases[n], self.city.precheck, "id_card", opinion, "看不清")
        self.city.attempt(note_opinion, command, who, role)

    @rule(n=number, who=anybody, role=other_post)
    def tell(self, n, who, role):
        self.city.attempt(
            require_supplement, RequireSupplement(self.city.cases[n], POINTS, 15), who, role
        )

    @rule(n=number, who=anybody, role=other_post)
    def hand_over(self, n, who, role):
        case_id = self.city.cases[n]
        self.city.attempt(give_notice, GiveNotice(case_id, a_stored(case_id)), who, role)

    @rule(n=number, who=anybody, role=other_post, brought=st.booleans())
    def supply(self, n, who, role, brought):
        case_id = self.city.cases[n]
        if brought and self.city.before[case_id][0] is CaseState.SUPPLEMENT_REQUIRED:
            self.city.desk.add(case_id, "id_card")
            self.city.check()
        command = SupplySupplement(case_id, (PointAnswer(2, "情况如此"),))
        self.city.attempt(supply_supplement, command, who, role)

    @rule(n=number, asks=anybody, answers=anybody, allow=st.booleans())
    def leave(self, n, asks, answers, allow):
        case_id = self.city.cases[n]
        self.city.attempt(ask_second_notice, AskSecondNotice(case_id, "新情况"), asks)
        if allow:
            self.city.attempt(allow_second_notice, AllowSecondNotice(case_id, "同意"), answers)
        else:
            self.city.attempt(refuse_second_notice, RefuseSecondNotice(case_id, "不同意"), answers)

    @rule(n=number, who=anybody, role=other_post)
    def look(self, n, who, role):
        """Looking leaves an entry and no version: it is counted before the next act."""
        try:
            self.city.desk.run(
                view_case, ViewCase(self.city.cases[n], "抽查"), self.city.actor(who, role)
            )
        except DomainError:
            self.city.check()
        else:
            after = self.city.seen()
            state, version, entries = self.city.before[self.city.cases[n]]
            assert after[self.city.cases[n]] == (state, version, entries + 1)
            self.city.before = after

    @rule(n=number, who=login, mended=st.booleans())
    def mend(self, n, who, mended):
        case_id = self.city.cases[n]
        if mended and self.city.before[case_id][0] is CaseState.RETURNED_TO_OUTLET:
            self.city.desk.add(case_id, "id_card")
            self.city.check()
        self.city.attempt(fix_returned, FixReturned(case_id), who)

    @rule(n=number, who=login, approve=st.booleans())
    def prepare(self, n, who, approve):
        case_id = self.city.cases[n]
        command = self.city.desk.approval(case_id) if approve else self.city.desk.refusal(case_id)
        self.city.attempt(prepare_decision, command, who)

    @rule(n=number, who=login, confirm=st.booleans())
    def end_decision(self, n, who, confirm):
        case_id = self.city.cases[n]
        pending = self.city.desk.case(case_id).pending_decision_id or "none"
        if confirm:
            self.city.attempt(confirm_decision, ConfirmDecision(case_id, pending), who)
        else:
            self.city.attempt(revert_decision, RevertDecision(case_id, pending), who)

    @rule(n=number, who=login)
    def give_back(self, n, who):
        self.city.attempt(hand_back, HandBack(self.city.cases[n]), who)

    @rule(n=number, who=login, role=st.sampled_from((None, Role.CLERK)))
    def issue(self, n, who, role):
        case_id = self.city.cases[n]
        receiver = CheckReceiver(case_id, Receiver.APPLICANT, IdentityMethod.ID_READER)
        self.city.attempt(check_receiver, receiver, who, role)
        self.city.check()
        self.city.attempt(issue_case, IssueCase(case_id, a_stored(case_id)), who, role)

    @rule(n=number, who=login)
    def complete(self, n, who):
        self.city.attempt(complete_case, CompleteCase(self.city.cases[n]), who)

    @rule(n=st.just(1), who=login)
    def withdraw(self, n, who):
        self.city.attempt(
            withdraw_case, WithdrawCase(self.city.cases[n], IdentityMethod.ID_READER), who
        )

    @rule(seconds=st.sampled_from((1, 5, 20, 121)))
    def time_passes(self, seconds):
        self.city.clock.advance(seconds * 1000)
        self.city.desk.run(expire_leases, ExpireLeases(), SYSTEM)

    def weeks_pass(self) -> None:
        """Longer than any term; and nobody but the program makes a case lapse."""
        self.city.clock.advance(60 * 86_400_000)
        self.city.attempt(lapse_cases, LapseCases(), "lead")
        self.city.desk.run(lapse_cases, LapseCases(), SYSTEM)
        self.city.check()

    @invariant()
    def nothing_forbidden_happened(self) -> None:
        if hasattr(self, "city"):
            self.city.check()
            town = type(self).__name__
            done[town] += 1
            reached[town] |= self.city.reached


SEEDS = 6
RUNS, STEPS_A_RUN = 17, 100
done: Counter[str] = Counter()
reached: defaultdict[str, set[CaseState]] = defaultdict(set)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("number", range(SEEDS))
def test_random_people(number):
    """One of several towns, so that workers share them: ten thousand steps in all."""
    assert SEEDS * RUNS * STEPS_A_RUN >= 10_000
    town = seed(number)(type(f"City{number}", (City,), {}))
    asked = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS_A_RUN + 1,  # the first founds the city
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(town, settings=asked, _min_steps=STEPS_A_RUN + 1)
    assert done[town.__name__] - RUNS >= RUNS * STEPS_A_RUN
    assert reached[town.__name__] == set(CaseState), "some state was never reached"
