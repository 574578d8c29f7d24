"""All that a printed copy of a receipt is made from, read together."""

from sqlalchemy import Connection, select

from casework.actions.print_receipt import RECEIPT_PRINTED
from casework.errors import NotFound
from casework.keys.key_ring import KeyRing
from casework.model.case import Case
from casework.store import schema_log as log
from casework.views.case_page import case_page
from casework.views.organisation import window_place
from casework.views.sealed_values import sealed_values
from outlet_client.papers.receipt import ReceiptFacts
from outlet_client.shapes.receipt_facts import receipt_facts


def receipt_source(conn: Connection, keys: KeyRing, case: Case, copy: int) -> ReceiptFacts:
    """Raises NotFound for a copy that was not taken out, KeyDestroyed for an erased case."""
    printed_ms = conn.scalar(
        select(log.entry.c.t_ms)
        .where(log.entry.c.chain == case.chain, log.entry.c.type == RECEIPT_PRINTED)
        .order_by(log.entry.c.seq)
        .offset(copy - 1)
        .limit(1)
    )
    if printed_ms is None:
        raise NotFound("no such copy")
    applicant = sealed_values(conn, keys, case.chain, case.applicant_seq, "applicant")
    return receipt_facts(
        case_page(conn, keys, case.id),
        window_place(conn, case.window_id),
        keys.case_key(case.id),
        copy=copy,
        printed_ms=printed_ms,
        name=applicant.get("name", ""),
    )
