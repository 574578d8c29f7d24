"""The paper with the list is handed to the citizen at the window, who signs for it."""

from dataclasses import dataclass, replace

from sqlalchemy import update

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.material_rows import add_version
from casework.actions.steps.supplement import waiting_notice
from casework.model.material import (
    NOTICE_SIGNATURE,
    MaterialGrade,
    MaterialSource,
    StoredMaterial,
)
from casework.model.supplement import NoticeChannel
from casework.policy.case_verb import CaseVerb
from casework.policy.supplement_refusals import NoticeGivenAlready
from casework.store import schema_notice as n
from casework.store.tx import Tx
from casework.views.working_calendar import working_calendar


@dataclass(frozen=True, slots=True)
class GiveNotice:
    """`receipt` is the captured signed paper."""

    case_id: str
    receipt: StoredMaterial
    expected_version: int | None = None

    @property
    def meant(self) -> "GiveNotice":
        return replace(self, receipt=self.receipt.content)


def give_notice(tx: Tx, command: GiveNotice) -> CaseChanged:
    """The term runs from today. Raises NoticeGivenAlready, also for a list told in a call."""
    act = begin(tx, CaseVerb.GIVE_NOTICE, command.case_id, command.expected_version)
    notice = waiting_notice(act)
    if notice.channel is not None:
        raise NoticeGivenAlready
    signed = add_version(
        act, NOTICE_SIGNATURE, command.receipt, MaterialSource.STILL, MaterialGrade.D
    )
    tx.conn.execute(
        update(n.case_notice)
        .where(n.case_notice.c.case_id == act.case.id, n.case_notice.c.round == notice.round)
        .values(
            channel=NoticeChannel.AT_WINDOW,
            told_by=tx.actor.id,
            told_at_ms=tx.now_ms,
            due_ms=working_calendar(tx.conn).due_ms(tx.now_ms, notice.days),
            receipt_id=signed.id,
        )
    )
    return finish(
        act,
        "desk.notice.given",
        plain={
            "round": notice.round,
            "digest": notice.digest,
            "material": signed.id,
            "ciphertext_sha256": command.receipt.ciphertext_sha256,
        },
        committed={
            "sha256": command.receipt.content_sha256,
            "channel": NoticeChannel.AT_WINDOW,
        },
    ).changed
