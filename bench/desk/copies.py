"""Copies of played cases: the rows that the same acts would have written for other people, places and
days, with chains of their own under keys of their own.

What a copy has: its row, intervals, hands, reviews, materials, faults, decision, blind index, every
entry with `prev` and commitments made anew, every sealed value sealed anew, and the number of its
stream. What it has not: files of materials, and events of the past in the outbox.
"""

import hmac
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, select

from audit import commitment, merkle
from casework.ids import case_number, new_id
from casework.keys.kek import Kek
from casework.keys.key_ring import KeyRing, Sealed, seal, unseal
from casework.keys.wrapping import wrap
from casework.model.id_number import check_character
from casework.store import schema_case as s
from casework.store import schema_log as log

Row = dict[str, Any]
TABLES: tuple[Table, ...] = (
    s.cases,
    s.case_state,
    s.case_hand,
    s.case_review,
    s.case_material,
    s.case_fault,
    s.case_decision,
    s.case_index,
)
_OWN_IDS = {"case_review": "id", "case_material": "id", "case_decision": "id"}
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Model:
    """A played case. `ids` are those of its own objects; `values` the plaintexts by (seq, field)."""

    case_id: str
    rows: Mapping[str, Sequence[Row]]
    bodies: Sequence[str]
    values: Mapping[tuple[int, str], bytes]
    ids: Sequence[str]
    people: Mapping[str, str]
    began_ms: int


@dataclass(frozen=True, slots=True)
class Order:
    """One copy to make: of which model, where, by whom, when. `serial` counts within `day`."""

    model: int
    outlet: str
    window: str
    clerk: str
    reviewer: str
    day: date
    at_ms: int
    serial: int
    seed: int


@dataclass(frozen=True, slots=True)
class Copy:
    """Rows by table, in the order of columns; `leaves` are the bodies of the entries."""

    rows: Mapping[str, Sequence[tuple[Any, ...]]]
    leaves: Sequence[bytes]
    key: tuple[str, str, str, bytes, bytes]


def read_model(conn: Connection, keys: KeyRing, case_id: str, people: Mapping[str, str]) -> Model:
    """`people` says by id who and where it was: `clerk`, `reviewer`, `outlet` or `window`."""
    rows = {
        table.name: [
            dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way to a row's mapping
            for row in conn.execute(
                select(table).where(table.c["id" if table is s.cases else "case_id"] == case_id)
            )
        ]
        for table in TABLES
    }
    chain = f"case:{case_id}"
    bodies = conn.scalars(
        select(log.entry.c.body).where(log.entry.c.chain == chain).order_by(log.entry.c.seq)
    )
    key = keys.chain_key(chain)
    values = {
        (row.seq, row.field): unseal(
            key, ("payload", chain, str(row.seq), row.field), Sealed(row.nonce, row.ciphertext)
        )
        for row in conn.execute(select(log.payload).where(log.payload.c.chain == chain))
    }
    ids = [row[column] for name, column in _OWN_IDS.items() for row in rows[name]]
    began_ms = rows["cases"][0]["opened_at_ms"]
    texts = [body.decode() for body in bodies]
    return Model(case_id, rows, texts, values, ids, people, began_ms)


def copy_of(model: Model, order: Order, kek: Kek, index_key: bytes) -> Copy:
    case_id = new_id()
    chain = f"case:{case_id}"
    names = {model.case_id: case_id, **{old: new_id() for old in model.ids}}
    names |= {old: str(getattr(order, part)) for old, part in model.people.items()}
    shift = order.at_ms - model.began_ms
    key, id_number = os.urandom(32), _id_number(Random(order.seed))
    known = json.loads(model.values[(1, "applicant.id_number")])

    def value(field: str, plain: bytes) -> bytes:
        return plain.replace(known.encode(), id_number.encode()) if "id_number" in field else plain

    leaves, entries, payloads = [], [], []
    head: str | None = None
    for seq, text in enumerate(model.bodies):
        body = json.loads(_renamed(text, names))
        body["t"] += shift
        body["mono"] += 1
        body["prev"] = head
        for field in body["c"]:
            plain = value(field, model.values[seq, field])
            opening = commitment.derive(key, chain, seq, field)
            body["c"][field] = commitment.commit(opening, plain).hex()
            sealed = seal(key, ("payload", chain, str(seq), field), plain)
            payloads.append((chain, seq, field, sealed.nonce, sealed.ciphertext))
        # The model's body was canonical and only texts and whole numbers of it change: what
        # `canonical.encode` would check again a million times is checked by the log's verifier.
        leaf = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        head = merkle.leaf_hash(leaf).hex()
        leaves.append(leaf)
        entries.append((chain, seq, body["type"], body["t"], head, leaf))
    rows = {
        name: [
            tuple(_moved(column, cell, names, shift) for column, cell in row.items())
            for row in found
        ]
        for name, found in model.rows.items()
    }
    number = case_number(order.day, order.serial)
    columns = list(model.rows["cases"][0])
    whole = list(rows["cases"][0])
    whole[columns.index("number")] = number
    rows["cases"] = [tuple(whole)]
    hashed = _blind(index_key, id_number)
    rows["case_index"] = [(case_id, "id_number", hashed)]
    rows |= {
        "entry": entries,
        "payload": payloads,
        "chain": [(chain, len(leaves), head)],
        "stream": [(chain, len(leaves))],
    }
    wrapped = wrap(kek, "case", case_id, key)
    return Copy(rows, leaves, ("case", case_id, kek.id, wrapped.nonce, wrapped.wrapped))


def _renamed(text: str, names: Mapping[str, str]) -> str:
    for old, new in names.items():
        text = text.replace(old, new)
    return text


def _moved(column: str, cell: Any, names: Mapping[str, str], shift: int) -> Any:
    if isinstance(cell, str):
        return names.get(cell) or (_renamed(cell, names) if "/" in cell else cell)
    if isinstance(cell, int) and column.endswith("_ms"):
        return cell + shift
    return cell


def _blind(index_key: bytes, id_number: str) -> str:
    text = f"yunchuang/index/v1\0id_number\0{id_number}".encode()
    return hmac.new(index_key, text, sha256).hexdigest()


def _id_number(dice: Random) -> str:
    """Of the made-up area, so that few people have two cases."""
    born = date(1950, 1, 1) + timedelta(days=dice.randrange(20_000))
    first = f"990000{born:%Y%m%d}{dice.randrange(1, 999):03d}"
    return first + check_character(first)
