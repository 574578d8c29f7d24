"""What a page needs to sign a prepared decision: the place of its entry, and what it will commit to."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from audit import commitment
from audit.canonical import JsonValue
from casework.actor import Actor
from casework.catalogue.stored_item import load_item, sha256_of
from casework.keys.key_ring import KeyRing
from casework.model.case import Case
from casework.model.decision import PendingDecision
from casework.policy.refusals import NoPendingDecision
from casework.store import schema_log
from casework.store.case_rows import load_case
from casework.views.pending import pending_of
from casework.views.sealed_values import sealed_fields

CONFIRMED_TYPE = "decision.confirmed"


@dataclass(frozen=True, slots=True)
class CommittedField:
    """`key` (lower hex) makes this field's commitment in this one entry and in no other."""

    field: str
    value: JsonValue
    key: str


@dataclass(frozen=True, slots=True)
class ActToSign:
    """The entry as it would be written now: `seq` and `prev` are the end of the case's chain."""

    chain: str
    seq: int
    prev: str
    call: str | None
    type: str
    fields: tuple[CommittedField, ...]


def decision_said(
    conn: Connection, keys: KeyRing, case: Case, pending: PendingDecision
) -> Mapping[str, JsonValue]:
    """The decision entry says all of it itself: whoever holds it needs no other."""
    item = load_item(conn, case.item_version_id)
    said = sealed_fields(conn, keys, case.chain, pending.entry_seq)
    return {**said, "item": item.id, "item_sha256": sha256_of(item)}


def act_to_sign(
    conn: Connection, keys: KeyRing, actor: Actor, case_id: str, decision_id: str
) -> ActToSign:
    """Of the decision that `actor` prepared. Raises NotFound, NoPendingDecision, KeyDestroyed."""
    case = load_case(conn, case_id)
    pending = pending_of(conn, case)
    if pending is None or pending.id != decision_id or pending.reviewer_id != actor.id:
        raise NoPendingDecision
    table = schema_log.chain
    end = conn.execute(
        select(table.c.next_seq, table.c.head).where(table.c.chain == case.chain)
    ).one()
    key = keys.chain_key(case.chain)
    return ActToSign(
        chain=case.chain,
        seq=end.next_seq,
        prev=end.head,
        call=pending.call_id,
        type=CONFIRMED_TYPE,
        fields=tuple(
            CommittedField(
                field, value, commitment.derive(key, case.chain, end.next_seq, field).hex()
            )
            for field, value in sorted(decision_said(conn, keys, case, pending).items())
        ),
    )
