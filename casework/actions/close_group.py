"""A group of reviewers closes, when no item in use and no open case names it."""

from dataclasses import dataclass

from sqlalchemy import select, update

from casework.actions.steps.org_act import administer, note, open_row
from casework.model.case import TERMINAL_STATES
from casework.policy.organisation_refusals import StillInUse
from casework.store import schema_org as s
from casework.store.schema_case import cases
from casework.store.schema_catalogue import item_version
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class CloseGroup:
    origin: str
    code: str


def close_group(tx: Tx, command: CloseGroup) -> None:
    """Raises NotAllowed, NotFound, AlreadyClosed, StillInUse."""
    administer(tx)
    open_row(tx, s.reviewer_group, command.code, key="code")
    over = sorted(state.value for state in TERMINAL_STATES)
    item = select(item_version.c.id).where(
        item_version.c.group_code == command.code, item_version.c.closed_on.is_(None)
    )
    if tx.conn.scalar(item.limit(1)) is not None:
        raise StillInUse(reason="items")
    case = select(cases.c.id).where(cases.c.group_code == command.code, cases.c.state.not_in(over))
    if tx.conn.scalar(case.limit(1)) is not None:
        raise StillInUse(reason="cases")
    tx.conn.execute(
        update(s.reviewer_group)
        .where(s.reviewer_group.c.code == command.code)
        .values(closed_ms=tx.now_ms)
    )
    note(tx, command.origin, "org.group_closed", {"group": command.code})
