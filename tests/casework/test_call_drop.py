"""A prepared decision and a call that drops."""

import pytest
from sqlalchemy import insert

from casework.actions.end_call import EndCall, end_call
from casework.actions.interrupt_call import InterruptCall, interrupt_call
from casework.actions.join_leg import JoinLeg, join_leg
from casework.actions.withdraw_consent import WithdrawConsent, withdraw_consent
from casework.actor import SYSTEM
from casework.model.call import EndReason, LegState
from casework.model.case import Outcome
from casework.model.decision import DecisionStatus
from casework.store.case_rows import load_case, update_case
from casework.store.reading import entries_of
from casework.store.schema_case import case_decision
from casework.store.tx import Tx
from scenes.call_scene import Stage
from scenes.kernel import Kernel


def prepared(stage: Stage, k: Kernel, call_id: str) -> None:
    """Puts a prepared decision of this call into the store, as the first phase does."""

    def write(tx: Tx, _command: None) -> None:
        case = load_case(tx.conn, stage.hall.case_id)
        entry = tx.entry("desk.decision.prepared", case.chain, plain={"call": call_id})
        tx.conn.execute(
            insert(case_decision).values(
                id="decision",
                case_id=case.id,
                outcome=Outcome.REFUSED,
                reviewer_id=stage.hall.reviewers[0].id,
                call_id=call_id,
                case_version=case.version,
                prepared_at_ms=tx.now_ms,
                expires_at_ms=tx.now_ms + 120_000,
                status=DecisionStatus.PENDING,
                entry_seq=entry.seq,
            )
        )
        update_case(
            tx.conn,
            case,
            {"pending_decision_id": "decision", "pending_until_ms": tx.now_ms + 120_000},
        )

    k.writer.run_sync(write, None, actor=SYSTEM)


@pytest.mark.parametrize("how", ["leg", "worker", "withdrawal", "reload", "desk"])
def test_a_prepared_decision_does_not_survive_a_drop(stage, k, how):
    call_id, window, _hall = stage.active()
    prepared(stage, k, call_id)
    run = k.writer.run_sync
    match how:
        case "leg":
            stage.report(window, LegState.GONE)
        case "worker":
            run(interrupt_call, InterruptCall(call_id), actor=SYSTEM)
        case "withdrawal":
            command = WithdrawConsent(call_id, stage.present(call_id))
            run(withdraw_consent, command, actor=stage.hall.screen)
        case "reload":
            run(join_leg, JoinLeg(call_id, ()), actor=stage.hall.clerk)
        case "desk":
            run(end_call, EndCall(call_id, EndReason.NOT_RESUMED), actor=SYSTEM)
    with k.store.reading() as conn:
        assert load_case(conn, stage.hall.case_id).pending_decision_id is None
        types = [entry.type for entry in entries_of(conn, f"case:{stage.hall.case_id}")]
    assert types[-1] == "desk.decision.reverted"


def test_a_prepared_decision_survives_an_end_in_order(stage, k):
    call_id, _window, _hall = stage.active()
    prepared(stage, k, call_id)
    k.writer.run_sync(end_call, EndCall(call_id), actor=stage.hall.clerk)
    with k.store.reading() as conn:
        assert load_case(conn, stage.hall.case_id).pending_decision_id == "decision"
