"""逾期未补正，视为撤回: a supplement that did not come in time counts as a withdrawal, where a rule says so.

Run every minute by the desk. It finds what is due in the store: a desk that was down finds it when it is
up again. A case lapses only if the very version of its item names the rule (`ItemVersion.lapses`), if the
last day of the term is over, and if it is proved that the citizen was told: by her signature on the list,
or by a call whose recording has the moment.
"""

from dataclasses import dataclass

from sqlalchemy import Row, select

from audit.canonical import JsonValue
from casework.actions.steps.case_act import begin, finish
from casework.actor import Role
from casework.catalogue.guide import LegalBasis
from casework.catalogue.stored_item import load_item
from casework.errors import NotAllowed
from casework.model.call import MarkKind
from casework.model.case import CaseState
from casework.model.supplement import NoticeChannel
from casework.policy.case_verb import CaseVerb
from casework.store import schema_case as s
from casework.store import schema_notice as n
from casework.store.tx import Tx
from casework.views.call_facts import moment_is_recorded

MAX_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class LapseCases:
    """All whose term is over by now, at most `MAX_AT_ONCE`."""


def lapse_cases(tx: Tx, _command: LapseCases) -> tuple[str, ...]:
    """Ids of the cases that lapsed. Raises NotAllowed for anybody but the program."""
    if tx.actor.role is not Role.SYSTEM:
        raise NotAllowed(reason="role_may_not", verb=CaseVerb.LAPSE_CASE)
    due = [row for row in _overdue(tx) if _is_proved(tx, row)][:MAX_AT_ONCE]
    for row in due:
        act = begin(tx, CaseVerb.LAPSE_CASE, row.case_id)
        finish(
            act,
            "desk.case.lapsed",
            target=CaseState.LAPSED,
            changes={"closed_at_ms": tx.now_ms},
            plain={"round": row.round},
            # Committed: which rule applies would tell the item.
            committed={"due_ms": row.due_ms, "basis": _basis(act.item.lapses)},
        )
    return tuple(row.case_id for row in due)


def _basis(lapses: LegalBasis | None) -> dict[str, JsonValue]:
    return {} if lapses is None else {"act": lapses.act, "article": lapses.article}


def _overdue(tx: Tx) -> list[Row[tuple[object, ...]]]:
    """Notices of items that lapse, told and past their term, in the order in which they fell due."""
    c = n.case_notice.c
    waiting = (
        (s.cases.c.state == CaseState.SUPPLEMENT_REQUIRED)
        & c.ended_at_ms.is_(None)
        & c.told_at_ms.is_not(None)
        & (c.due_ms < tx.now_ms)
    )
    joined = n.case_notice.join(s.cases, s.cases.c.id == c.case_id)
    versions = tx.conn.scalars(
        select(s.cases.c.item_version_id).select_from(joined).where(waiting).distinct()
    )
    lapsing = [version for version in versions if load_item(tx.conn, version).lapses is not None]
    rows = tx.conn.execute(
        select(n.case_notice)
        .select_from(joined)
        .where(waiting, s.cases.c.item_version_id.in_(lapsing))
        .order_by(c.due_ms, c.case_id)
    )
    return list(rows)


def _is_proved(tx: Tx, notice: Row[tuple[object, ...]]) -> bool:
    """The citizen was told: she signed for the paper, or it is heard in the recording of the call."""
    match notice.channel:
        case NoticeChannel.AT_WINDOW:
            return notice.receipt_id is not None
        case NoticeChannel.IN_CALL:
            return moment_is_recorded(tx.conn, notice.call_id, MarkKind.DECISION, notice.told_at_ms)
        case _:
            return False
