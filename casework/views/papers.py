"""Copies of papers that were printed."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from audit.canonical import JsonValue
from casework.errors import NotFound
from casework.keys.key_ring import KeyRing
from casework.model.case import Case, CaseState
from casework.model.paper import NOTICES, PaperKind
from casework.policy.paper_rules import may_be_printed
from casework.store.prepared import Prepared
from casework.store.schema_notice import case_notice
from casework.store.schema_paper import case_paper, paper_template
from casework.views.sealed_values import sealed_fields

_c = case_paper.c
COPIES_OF = Prepared(
    select(_c.kind, _c.round, func.count(), func.max(_c.printed_at_ms))
    .where(_c.case_id == bindparam("case"))
    .group_by(_c.kind, _c.round)
    .order_by(_c.kind, _c.round)
)
"""For `printed_copies`."""


@dataclass(frozen=True, slots=True)
class PrintedCopies:
    """How many copies of a kind there are in a round, and when the last was printed (wall ms)."""

    kind: PaperKind
    round: int
    count: int
    last_ms: int


@dataclass(frozen=True, slots=True)
class KeptCopy:
    """All that a copy is made again from; `pdf_sha256` (lower hex) is what it must come to."""

    kind: PaperKind
    copy: int
    content: dict[str, JsonValue]
    template: bytes
    pdf_sha256: str


def round_due(conn: Connection, case: Case, kind: PaperKind) -> int | None:
    """Which round of this paper may be printed now: 0 for papers that a case has once, the newest
    notice's number for its notice; None where the paper is not due.
    """
    if not may_be_printed(kind, case):
        return None
    if kind not in NOTICES:
        return 0
    c = case_notice.c
    newest = conn.execute(
        select(c.round, c.from_state).where(c.case_id == case.id).order_by(c.round.desc()).limit(1)
    ).one_or_none()
    if newest is None:
        return None
    before = newest.from_state == CaseState.DRAFT
    return newest.round if before is (kind is PaperKind.ONE_TIME_NOTICE) else None


def printed_copies(conn: Connection, case_id: str) -> tuple[PrintedCopies, ...]:
    """By kind and round."""
    return tuple(
        PrintedCopies(PaperKind(kind), round_, copies, last_ms)
        for kind, round_, copies, last_ms in COPIES_OF.rows(conn, case=case_id)
    )


def copies_of(conn: Connection, case_id: str, kind: PaperKind, round_: int) -> int:
    c = case_paper.c
    mine = (c.case_id == case_id, c.kind == kind, c.round == round_)
    return conn.scalar(select(func.count()).select_from(case_paper).where(*mine)) or 0


def kept_copy(
    conn: Connection, keys: KeyRing, case: Case, kind: PaperKind, round_: int, copy: int
) -> KeptCopy:
    """Raises NotFound for a copy that was not printed, KeyDestroyed for an erased case."""
    c = case_paper.c
    row = conn.execute(
        select(c.entry_seq, paper_template.c.source)
        .join(paper_template, paper_template.c.sha256 == c.template_sha256)
        .where(c.case_id == case.id, c.kind == kind, c.round == round_, c.copy == copy)
    ).one_or_none()
    if row is None:
        raise NotFound("no such copy")
    sealed = sealed_fields(conn, keys, case.chain, row.entry_seq)
    content = sealed["content"]
    if not isinstance(content, dict):
        raise NotFound("no such copy")
    return KeptCopy(kind, copy, content, bytes(row.source), str(sealed["pdf_sha256"]))
