"""Second thoughts: a request to destroy keys that nobody confirmed yet comes to nothing."""

from dataclasses import dataclass

from casework.actions.steps.case_act import begin, record
from casework.model.erasure import WITHDRAWN, ErasureStatus
from casework.policy.case_verb import CaseVerb
from casework.policy.erasure_refusals import ErasureOver
from casework.store.erasure_rows import lock_erasure, update_erasure
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class WithdrawErasure:
    erasure_id: str


def withdraw_erasure(tx: Tx, command: WithdrawErasure) -> None:
    """By any administrator, whoever asked. Raises ErasureOver, NotFound."""
    asked = lock_erasure(tx.conn, command.erasure_id)
    act = begin(tx, CaseVerb.WITHDRAW_ERASURE, asked.case_id)
    if asked.status is not ErasureStatus.REQUESTED:
        raise ErasureOver
    record(act, WITHDRAWN, plain={"erasure": asked.id})
    update_erasure(tx.conn, asked.id, status=ErasureStatus.WITHDRAWN)
