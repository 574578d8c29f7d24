"""The clerk asks for a code by which a second screen joins the window."""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import insert, update

from casework.actor import Role
from casework.errors import NotAllowed
from casework.store import schema_call as s
from casework.store.tx import Tx

CODE_DIGITS = 8
CODE_LIVES_MS = 5 * 60_000


@dataclass(frozen=True, slots=True)
class IssuePairingCode:
    """For the actor's own window."""


@dataclass(frozen=True, slots=True)
class PairingCodeIssued:
    """`code` is eight digits, shown once and stored nowhere."""

    code: str
    expires_ms: int


def issue_pairing_code(tx: Tx, _command: IssuePairingCode) -> PairingCodeIssued:
    """A new code takes the place of the window's unused older ones. Raises NotAllowed."""
    if tx.actor.role is not Role.CLERK or tx.actor.window is None:
        raise NotAllowed(reason="no_window")
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    tx.conn.execute(
        update(s.pairing_code)
        .where(
            s.pairing_code.c.window_id == tx.actor.window,
            s.pairing_code.c.used_ms.is_(None),
            s.pairing_code.c.expires_ms > tx.now_ms,
        )
        .values(expires_ms=tx.now_ms)
    )
    expires_ms = tx.now_ms + CODE_LIVES_MS
    tx.conn.execute(
        insert(s.pairing_code).values(
            sha256=code_hash(code),
            window_id=tx.actor.window,
            issued_by=tx.actor.id,
            issued_ms=tx.now_ms,
            expires_ms=expires_ms,
        )
    )
    return PairingCodeIssued(code, expires_ms)


def code_hash(code: str) -> str:
    return hashlib.sha256(f"yunchuang/pairing/v1 {code}".encode()).hexdigest()
