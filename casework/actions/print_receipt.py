"""The receipt of a result is printed; a second time is a reprint (补打) and says so on the paper."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from casework.actions.steps.case_act import begin, record
from casework.policy.case_verb import CaseVerb
from casework.store import schema_log as s
from casework.store.tx import Tx
from casework.views.log_place import decision_place

RECEIPT_PRINTED = "desk.receipt.printed"


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    case_id: str


@dataclass(frozen=True, slots=True)
class ReceiptPrinted:
    """`copy` counts from 1; every later one is a reprint."""

    case_id: str
    copy: int
    printed_ms: int

    @property
    def reprint(self) -> bool:
        return self.copy > 1


def print_receipt(tx: Tx, command: PrintReceipt) -> ReceiptPrinted:
    """Raises StateForbids while there is no result at the window.

    A copy names the decision's place in the log if it is known now, and stays as it is printed.
    """
    act = begin(tx, CaseVerb.PRINT_RECEIPT, command.case_id)
    copy = 1 + copies_printed(tx.conn, act.case.chain)
    logged = decision_place(tx.conn, act.case) is not None
    record(act, RECEIPT_PRINTED, plain={"copy": copy, "decision_logged": logged})
    return ReceiptPrinted(act.case.id, copy, tx.now_ms)


def copies_printed(conn: Connection, chain: str) -> int:
    return (
        conn.scalar(
            select(func.count())
            .select_from(s.entry)
            .where(s.entry.c.chain == chain, s.entry.c.type == RECEIPT_PRINTED)
        )
        or 0
    )
