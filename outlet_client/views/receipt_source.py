"""All that a printed copy of a receipt is made from, read together."""

from sqlalchemy import Connection, select

from audit.entry import Entry
from casework.actions.print_receipt import RECEIPT_PRINTED
from casework.errors import NotFound
from casework.keys.key_ring import KeyRing
from casework.model.case import Case
from casework.store import schema_log as log
from casework.views.case_page import case_page
from casework.views.log_origins import log_origins
from casework.views.log_place import decision_place
from casework.views.organisation import window_place
from casework.views.sealed_values import sealed_values
from outlet_client.papers.receipt import ReceiptFacts
from outlet_client.shapes.receipt_facts import receipt_facts


def receipt_source(
    conn: Connection, keys: KeyRing, case: Case, copy: int, log_origin: str
) -> ReceiptFacts:
    """Raises NotFound for a copy that was not taken out, KeyDestroyed for an erased case."""
    printed, printed_at = _printed(conn, case.chain, copy)
    place = decision_place(conn, case)
    # The same copy is the same bytes, also when another log took the place of the one it names.
    origin, steps = log_origins(conn, log_origin).recorded_under(printed_at)
    # A copy that was printed before the decision was in the log stays without the line for ever:
    # the same copy is the same bytes. A reprint has it.
    named = place is not None and bool(printed.facts.get("decision_logged")) and log_origin
    applicant = sealed_values(conn, keys, case.chain, case.applicant_seq, "applicant")
    return receipt_facts(
        case_page(conn, keys, case.id),
        window_place(conn, case.window_id),
        keys.case_key(case.id),
        copy=copy,
        printed_ms=printed.t,
        name=applicant.get("name", ""),
        log_line=f"{origin} {place.index - steps} {place.leaf_hash}" if place and named else "",
    )


def _printed(conn: Connection, chain: str, copy: int) -> tuple[Entry, int | None]:
    """The entry, and its index in the log, None while it waits."""
    row = conn.execute(
        select(log.entry.c.body, log.entry.c.log_index)
        .where(log.entry.c.chain == chain, log.entry.c.type == RECEIPT_PRINTED)
        .order_by(log.entry.c.seq)
        .offset(copy - 1)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound("no such copy")
    return Entry.decode(row.body), row.log_index
