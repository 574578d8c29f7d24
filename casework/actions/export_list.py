"""Taking a list away as a file: who, how much, and by which filter, before the first row leaves."""

from dataclasses import dataclass

from casework.actor import Role
from casework.errors import NotAllowed
from casework.store.tx import Tx
from casework.views.lists.case_filter import CaseFilter

MAY_EXPORT = frozenset({Role.CLERK, Role.OUTLET_LEAD, Role.REVIEWER, Role.DUTY_LEAD, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class ExportList:
    """`rows` is how many cases the file holds, `cut` whether the list had more than a file may."""

    origin: str
    filter: CaseFilter
    rows: int
    cut: bool


@dataclass(frozen=True, slots=True)
class Exported:
    """Where the entry stands: `seq` of the log's own chain."""

    entry_seq: int


def export_list(tx: Tx, command: ExportList) -> Exported:
    """The entry stands on the log's own chain, which has no key: it tells the filter by its hash alone.
    Raises NotAllowed for a role that has no lists.
    """
    if tx.actor.role not in MAY_EXPORT:
        raise NotAllowed(reason="role_may_not")
    entry = tx.entry(
        "desk.list.exported",
        f"log:{command.origin}",
        plain={
            "filter_sha256": command.filter.sha256,
            "rows": command.rows,
            "cut": command.cut,
        },
    )
    return Exported(entry.seq)
