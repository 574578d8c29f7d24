"""Repeated calls: the same key by the same actor returns the first result instead of acting twice.

The row is written in the act's own savepoint, so result and act are kept or lost together. Refused
acts are not remembered: repeating them tries again.
"""

import functools
import hashlib
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import to_json
from sqlalchemy import bindparam, delete, insert, select

from casework.errors import IdempotencyConflict, InvalidInput
from casework.store import schema_log as s
from casework.store.prepared import Prepared
from casework.store.tx import Tx

C = TypeVar("C")
R = TypeVar("R")

MAX_KEY = 200
KEPT_MS = 7 * 24 * 3600 * 1000

_KNOWN = Prepared(
    select(s.idempotency.c.action, s.idempotency.c.command_sha256, s.idempotency.c.result).where(
        s.idempotency.c.actor == bindparam("actor"), s.idempotency.c.key == bindparam("key")
    ),
    "actor",
    "key",
)
_REMEMBER = Prepared(
    insert(s.idempotency), "actor", "key", "action", "command_sha256", "result", "t_ms"
)


def once(tx: Tx, action: Callable[[Tx, C], R], command: C, key: str | None) -> R:
    """Runs `action`, or returns what it returned to this actor under `key` before.

    Raises IdempotencyConflict if the key was used for another action or command, InvalidInput for
    an empty or too long key.
    """
    if key is None:
        return action(tx, command)
    if not 1 <= len(key) <= MAX_KEY:
        raise InvalidInput(f"an idempotency key has 1 to {MAX_KEY} characters", field="key")
    adapter = _result_of(action)
    name = f"{action.__module__}.{action.__qualname__}"
    # Keyed: a command may hold what a person typed, and a plain hash would confirm a guess of it.
    plain = hashlib.sha256(to_json(_meant(command), bytes_mode="base64")).hexdigest()
    digest = tx.keys.blind_index("idempotency", plain)
    row = _KNOWN.one(tx.conn, actor=tx.actor.id, key=key)
    if row is not None:
        known_action, known_command, known_result = row
        if (known_action, known_command) != (name, digest):
            raise IdempotencyConflict("this idempotency key stands for another command")
        stored: R = adapter.validate_json(known_result)
        return stored
    result = action(tx, command)
    _REMEMBER.send(
        tx.conn,
        actor=tx.actor.id,
        key=key,
        action=name,
        command_sha256=digest,
        result=to_json(result).decode(),
        t_ms=tx.now_ms,
    )
    return result


def _meant(command: object) -> object:
    """What a repetition has in common with the first try: a command whose parts differ from try to
    try, as one with an upload does, says it by `meant`.
    """
    return getattr(command, "meant", command)


@functools.cache
def _result_of(action: Callable[..., Any]) -> TypeAdapter[Any]:
    """Reads stored results of `action`, whose own annotation says what they are."""
    hints = typing.get_type_hints(action)
    if "return" not in hints:
        raise TypeError(f"{action.__qualname__} must say what it returns")
    return TypeAdapter(hints["return"])


@dataclass(frozen=True, slots=True)
class Forget:
    """Rows older than this go; normally now less `KEPT_MS`."""

    before_ms: int


def forget(tx: Tx, command: Forget) -> int:
    """An action: deletes old rows and returns how many."""
    return tx.conn.execute(
        delete(s.idempotency).where(s.idempotency.c.t_ms < command.before_ms)
    ).rowcount
