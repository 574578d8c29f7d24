"""The decision in two phases, and what it must say."""

import dataclasses

import pytest
from sqlalchemy import update

from casework.actions.add_material import AddMaterial, add_material
from casework.actions.check_material import CheckMaterial, check_material
from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.expire_leases import ExpireLeases, expire_leases
from casework.actions.prepare_decision import PENDING_MS, prepare_decision
from casework.actions.release_case import ReleaseCase, release_case
from casework.actions.renew_lease import RenewLease, renew_lease
from casework.actions.revert_decision import RevertDecision, revert_decision
from casework.actions.take_case import TakeCase, take_case
from casework.actions.withdraw_case import WithdrawCase, withdraw_case
from casework.actor import SYSTEM
from casework.errors import InvalidInput
from casework.model.applicant import IdentityMethod
from casework.model.case import CaseState
from casework.model.decision import ReturnReason
from casework.model.material import MaterialCheck, MaterialGrade, MaterialSource
from casework.policy.refusals import (
    ChangeValuesMissing,
    DecisionExpired,
    DecisionPending,
    DecisionStale,
    LeaseLost,
    MaterialsMissing,
    NoPendingDecision,
    ReasonsMissing,
    StateForbids,
    TransactionNumberMissing,
)
from casework.store import schema_case as s
from casework.store.reading import entries_of
from scenes.case_scene import a_stored


class TestTwoPhases:
    def test_nothing_is_decided_before_the_confirmation(self, desk):
        case_id = desk.in_review()
        desk.prepared(case_id)
        case = desk.case(case_id)
        assert (case.state, case.outcome) == (CaseState.IN_FIRST_REVIEW, None)

    def test_a_pending_decision_stops_other_acts(self, desk):
        case_id = desk.in_review()
        desk.prepared(case_id)
        still = AddMaterial(
            case_id, "id_card", a_stored(case_id), MaterialSource.STILL, MaterialGrade.B
        )
        for action, command, actor in (
            (add_material, still, desk.clerk),
            (release_case, ReleaseCase(case_id), desk.reviewer),
            (prepare_decision, desk.approval(case_id), desk.reviewer),
        ):
            with pytest.raises(DecisionPending):
                desk.run(action, command, actor)

    def test_a_late_confirmation_decides_nothing(self, desk, clock):
        case_id = desk.in_review()
        prepared = desk.prepared(case_id)
        clock.advance(PENDING_MS - 1)
        desk.run(renew_lease, RenewLease(case_id), desk.reviewer)
        clock.advance(1)
        with pytest.raises(DecisionExpired):
            desk.run(
                confirm_decision, ConfirmDecision(case_id, prepared.decision_id), desk.reviewer
            )
        assert desk.case(case_id).state is CaseState.IN_FIRST_REVIEW

    def test_a_confirmation_after_the_lock_ran_out_decides_nothing(self, desk, clock):
        case_id = desk.in_review()
        prepared = desk.prepared(case_id)
        clock.advance(PENDING_MS)
        with pytest.raises(LeaseLost):
            desk.run(
                confirm_decision, ConfirmDecision(case_id, prepared.decision_id), desk.reviewer
            )

    def test_what_ran_out_is_reverted_by_the_next_act(self, desk, clock, store):
        case_id = desk.in_review()
        first = desk.prepared(case_id)
        clock.advance(PENDING_MS - 1)
        desk.run(renew_lease, RenewLease(case_id), desk.reviewer)
        clock.advance(1)
        second = desk.prepared(case_id)
        assert second.decision_id != first.decision_id
        with store.reading() as conn:
            types = [entry.type for entry in entries_of(conn, f"case:{case_id}")][-3:]
        assert types == [
            "desk.decision.prepared",
            "desk.decision.reverted",
            "desk.decision.prepared",
        ]

    def test_the_program_reverts_what_ran_out(self, desk, clock):
        case_id = desk.in_review()
        desk.prepared(case_id)
        clock.advance(PENDING_MS)
        expired = desk.run(expire_leases, ExpireLeases(), SYSTEM)
        assert (expired.reverted, expired.released) == ((case_id,), (case_id,))

    def test_reverting_leaves_the_review_as_it_was(self, desk):
        case_id = desk.in_review()
        prepared = desk.prepared(case_id)
        command = RevertDecision(case_id, prepared.decision_id)
        desk.run(revert_decision, command, desk.reviewer)
        with pytest.raises(NoPendingDecision):
            desk.run(revert_decision, command, desk.reviewer)
        with pytest.raises(NoPendingDecision):
            desk.run(
                confirm_decision, ConfirmDecision(case_id, prepared.decision_id), desk.reviewer
            )
        desk.decided(case_id)

    def test_another_decision_than_the_prepared_one_is_not_confirmed(self, desk):
        case_id = desk.in_review()
        desk.prepared(case_id)
        with pytest.raises(NoPendingDecision):
            desk.run(confirm_decision, ConfirmDecision(case_id, "another"), desk.reviewer)

    def test_a_case_that_changed_behind_the_decision_makes_it_stale(self, desk):
        case_id = desk.in_review()
        prepared = desk.prepared(case_id)

        def change(tx, _nothing):
            tx.conn.execute(
                update(s.cases).where(s.cases.c.id == case_id).values(version=s.cases.c.version + 1)
            )

        desk.run(change, None, SYSTEM)
        with pytest.raises(DecisionStale):
            desk.run(
                confirm_decision, ConfirmDecision(case_id, prepared.decision_id), desk.reviewer
            )

    def test_withdrawing_reverts(self, desk):
        case_id = desk.in_review()
        desk.prepared(case_id)
        desk.run(withdraw_case, WithdrawCase(case_id, IdentityMethod.ID_READER))
        case = desk.case(case_id)
        assert (case.state, case.pending_decision_id) == (CaseState.WITHDRAWN, None)

    def test_a_reload_keeps_the_prepared_decision(self, desk):
        case_id = desk.in_review()
        prepared = desk.prepared(case_id)
        desk.run(take_case, TakeCase(case_id), desk.reviewer)
        desk.run(confirm_decision, ConfirmDecision(case_id, prepared.decision_id), desk.reviewer)

    def test_a_decided_case_is_not_decided_again(self, desk):
        case_id = desk.in_review()
        desk.decided(case_id)
        with pytest.raises(StateForbids):
            desk.prepared(case_id)


class TestWhatADecisionSays:
    def test_a_refusal_gives_reasons_and_the_remedy(self, desk):
        case_id = desk.in_review()
        whole = desk.refusal(case_id)
        for lacking in ({"reasons": ()}, {"text": " "}, {"remedy": None}):
            with pytest.raises(ReasonsMissing):
                desk.run(prepare_decision, dataclasses.replace(whole, **lacking), desk.reviewer)
        prepared = desk.run(prepare_decision, whole, desk.reviewer)
        desk.run(confirm_decision, ConfirmDecision(case_id, prepared.decision_id), desk.reviewer)
        assert desk.case(case_id).state is CaseState.REFUSED

    def test_a_changing_item_needs_number_and_values(self, desk):
        case_id = desk.in_review("SB-009")
        whole = desk.approval(case_id)
        with pytest.raises(TransactionNumberMissing):
            lacking = dataclasses.replace(whole, transaction_number=" ")
            desk.run(prepare_decision, lacking, desk.reviewer)
        for side in ("before", "after"):
            with pytest.raises(ChangeValuesMissing) as refused:
                lacking = dataclasses.replace(whole, **{side: {}})
                desk.run(prepare_decision, lacking, desk.reviewer)
            assert refused.value.details["fields"] == ["value"]
        with pytest.raises(InvalidInput):
            wrong = dataclasses.replace(whole, after={"nothing": "1"})
            desk.run(prepare_decision, wrong, desk.reviewer)
        assert desk.run(prepare_decision, whole, desk.reviewer)

    def test_a_material_found_faulty_stops_the_approval(self, desk):
        case_id = desk.in_review()
        material_id = desk.add(case_id, "id_card")
        command = CheckMaterial(case_id, material_id, MaterialCheck.FAULTY, ReturnReason.BLURRED)
        desk.run(check_material, command, desk.reviewer)
        with pytest.raises(MaterialsMissing):
            desk.prepared(case_id)
