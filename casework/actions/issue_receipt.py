"""What a printed receipt said is committed to, so that a paper can be told from a forged one."""

from dataclasses import dataclass

from sqlalchemy import select

from audit.canonical import decode
from casework.actions.print_receipt import copies_printed
from casework.actions.steps.case_act import begin, record
from casework.errors import NotFound
from casework.policy.case_verb import CaseVerb
from casework.store import schema_log as s
from casework.store.tx import Tx

RECEIPT_ISSUED = "receipt.issued"


@dataclass(frozen=True, slots=True)
class IssueReceipt:
    """`pdf_sha256` (lower hex) is of the very bytes that the window prints as that `copy`."""

    case_id: str
    copy: int
    pdf_sha256: str


def issue_receipt(tx: Tx, command: IssueReceipt) -> None:
    """Once for each copy; again changes nothing. Raises NotFound for a copy nobody took out."""
    act = begin(tx, CaseVerb.PRINT_RECEIPT, command.case_id)
    if not 1 <= command.copy <= copies_printed(tx.conn, act.case.chain):
        raise NotFound("no such copy")
    if not _is_issued(tx, act.case.chain, command.copy):
        record(
            act,
            RECEIPT_ISSUED,
            plain={"copy": command.copy},
            committed={"pdf_sha256": command.pdf_sha256},
        )


def _is_issued(tx: Tx, chain: str, copy: int) -> bool:
    bodies = tx.conn.scalars(
        select(s.entry.c.body).where(s.entry.c.chain == chain, s.entry.c.type == RECEIPT_ISSUED)
    )
    return any(_copy_of(body) == copy for body in bodies)


def _copy_of(body: bytes) -> object:
    entry = decode(body)
    facts = entry.get("facts") if isinstance(entry, dict) else None
    return facts.get("copy") if isinstance(facts, dict) else None
