"""A paper of a case is printed; a second time is a reprint (补打) and says so on the paper.

The bytes are set before the act, which takes time that no writer has; the act is refused when another
copy was printed meanwhile, and the paper is set again with the next number. What stands on it is
sealed in the entry with the case's other values, and its template is kept, so that the same copy can
be made again and held against the hash.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import insert, select

from audit.canonical import JsonValue
from casework.actions.steps.case_act import begin, record
from casework.errors import VersionConflict
from casework.model.paper import SIZES, PaperKind, PaperSize
from casework.policy.case_verb import CaseVerb
from casework.policy.paper_refusals import PaperNotDue
from casework.store.schema_paper import case_paper, paper_template
from casework.store.tx import Tx
from casework.views.papers import copies_of, round_due

PAPER_PRINTED = "desk.paper.printed"
RECEIPT_ISSUED = "receipt.issued"


@dataclass(frozen=True, slots=True)
class PrintPaper:
    """`content` is what the template was given, `template` its whole text, `pdf_sha256` (lower hex)
    of the very bytes that are printed as `copy`, which counts
    from 1 in each `round` (`casework.views.papers.round_due`).
    """

    case_id: str
    kind: PaperKind
    size: PaperSize
    round: int
    copy: int
    content: Mapping[str, JsonValue]
    template: bytes
    pdf_sha256: str

    @property
    def meant(self) -> "PrintPaper":
        """Another try sets the paper anew, with another time on it."""
        return replace(self, round=0, copy=0, content={}, template=b"", pdf_sha256="")


@dataclass(frozen=True, slots=True)
class PaperPrinted:
    case_id: str
    kind: PaperKind
    round: int
    copy: int


def print_paper(tx: Tx, command: PrintPaper) -> PaperPrinted:
    """Raises StateForbids, PaperNotDue, or VersionConflict for a copy that is not the next."""
    act = begin(tx, CaseVerb.PRINT_PAPER, command.case_id)
    round_ = round_due(tx.conn, act.case, command.kind)
    if command.size not in SIZES[command.kind] or round_ is None:
        raise PaperNotDue(paper=command.kind.value)
    printed = copies_of(tx.conn, act.case.id, command.kind, round_)
    if (command.round, command.copy) != (round_, 1 + printed):
        raise VersionConflict("another copy was printed meanwhile", version=act.case.version)
    template = _kept(tx, command.template)
    # Committed, not plain: that there are next steps would tell how the case was decided.
    entry = record(
        act,
        PAPER_PRINTED,
        plain={"copy": command.copy},
        committed={
            "paper": command.kind,
            "size": command.size,
            "template_sha256": template,
            "pdf_sha256": command.pdf_sha256,
            "content": dict(command.content),
        },
    )
    if command.kind is PaperKind.DECISION:
        # What the citizen holds against the log is committed to in an entry after the decision's.
        record(
            act,
            RECEIPT_ISSUED,
            plain={"copy": command.copy},
            committed={"pdf_sha256": command.pdf_sha256},
        )
    row = {
        "case_id": act.case.id,
        "kind": command.kind,
        "round": round_,
        "copy": command.copy,
        "size": command.size,
        "template_sha256": template,
        "printed_by": tx.actor.id,
        "printed_at_ms": tx.now_ms,
        "entry_seq": entry.seq,
    }
    tx.conn.execute(insert(case_paper).values(**row))
    return PaperPrinted(act.case.id, command.kind, round_, command.copy)


def _kept(tx: Tx, template: bytes) -> str:
    sha256 = hashlib.sha256(template).hexdigest()
    known = select(paper_template.c.sha256).where(paper_template.c.sha256 == sha256)
    if tx.conn.scalar(known) is None:
        row = {"sha256": sha256, "source": template, "first_used_ms": tx.now_ms}
        tx.conn.execute(insert(paper_template).values(**row))
    return sha256
