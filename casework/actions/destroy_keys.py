"""The program does what two administrators decided: keys and values go, an entry and a certificate
stay.

The entry is written after the keys are gone, so that it never says more than what was done. A crash
before the commit leaves a confirmed erasure whose keys may be gone already; it is done again, and
destroying twice changes nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit import canonical
from audit.canonical import JsonValue
from casework.actor import Role
from casework.errors import NotAllowed
from casework.keys.key_file import KeyKind
from casework.model.case import Case
from casework.model.erasure import (
    CALL_KEY_DESTROYED,
    CASE_KEY_DESTROYED,
    Erasure,
    ErasureStatus,
)
from casework.policy.erasure_refusals import ErasureOver
from casework.store.case_rows import lock_case
from casework.store.erasure_rows import forget_values, lock_erasure, split_calls, update_erasure
from casework.store.tx import EntryRef, Tx

CERTIFICATE = "yunchuang/erasure-certificate/v1"


@dataclass(frozen=True, slots=True)
class DestroyKeys:
    """`files` tells what was removed from the disk, by kind; `backups` are the copies of the key
    file that were kept when the keys went: they hold them until they expire.
    """

    erasure_id: str
    origin: str
    kek_id: str
    files: Mapping[str, int]
    backups: Sequence[Mapping[str, JsonValue]]


@dataclass(frozen=True, slots=True)
class KeysDestroyed:
    case_id: str
    entry: EntryRef
    certificate_sha256: str


def destroy_keys(tx: Tx, command: DestroyKeys) -> KeysDestroyed:
    """Raises NotAllowed for anybody but the program, ErasureOver unless two persons decided it and
    it is not done yet, NotFound, StoreUnavailable.
    """
    if tx.actor.role is not Role.SYSTEM:
        raise NotAllowed(reason="role_may_not")
    decided = lock_erasure(tx.conn, command.erasure_id)
    if decided.status is not ErasureStatus.CONFIRMED:
        raise ErasureOver
    case = lock_case(tx.conn, decided.case_id)
    for call_id in decided.calls:
        tx.keys.destroy(KeyKind.CALL, call_id)
    tx.keys.destroy(KeyKind.CASE, case.id)
    # Crash here: the keys are gone, the erasure is still confirmed, and all of this is done again.
    chains = [case.chain, *(f"call:{call_id}" for call_id in decided.calls)]
    values, index_rows = forget_values(tx.conn, case.id, chains)
    removed = {**command.files, "values": values, "index_rows": index_rows}
    certificate = canonical.encode(_certificate(tx, decided, case, chains, command, removed))
    digest = hashlib.sha256(certificate).hexdigest()
    facts: dict[str, JsonValue] = {
        "erasure": decided.id,
        "approved_by": [decided.requested_by, decided.confirmed_by],
        "certificate_sha256": digest,
    }
    for call_id in decided.calls:
        tx.entry(CALL_KEY_DESTROYED, f"call:{call_id}", plain={**facts, "case": case.id})
    entry = tx.entry(CASE_KEY_DESTROYED, case.chain, plain={**facts, "calls": decided.calls})
    update_erasure(
        tx.conn,
        decided.id,
        status=ErasureStatus.DONE,
        done_at_ms=tx.now_ms,
        certificate=certificate,
    )
    return KeysDestroyed(case.id, entry, digest)


def _certificate(
    tx: Tx,
    decided: Erasure,
    case: Case,
    chains: list[str],
    command: DestroyKeys,
    removed: Mapping[str, int],
) -> dict[str, JsonValue]:
    _, kept = split_calls(tx.conn, case.id)
    return {
        "format": CERTIFICATE,
        "origin": command.origin,
        "erasure": decided.id,
        "case_id": case.id,
        "case_number": case.number,
        "reason": decided.reason,
        "requested": {
            "by": decided.requested_by,
            "at_ms": decided.requested_at_ms,
            "seq": decided.requested_seq,
        },
        "confirmed": {
            "by": decided.confirmed_by,
            "at_ms": decided.confirmed_at_ms,
            "seq": decided.confirmed_seq,
        },
        "destroyed": {"at_ms": tx.now_ms, "keys": chains, "kek": command.kek_id},
        "kept_calls": kept,
        "removed": dict(removed),
        "backups": list(command.backups),
        "entry": {"chain": case.chain, "seq": tx.next_seq(case.chain)},
    }
