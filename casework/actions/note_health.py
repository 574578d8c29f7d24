"""The worker's newest word on the health of a recording (design.md §4, "now")."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from casework.actions.steps.publish import publishing
from casework.actor import Role
from casework.errors import NotAllowed
from casework.store import schema_call as s
from casework.store.tx import Tx

# Built once: of every call it is run every second, and putting it together costs more than running it.
_KNOWN = select(s.recording.c.health_ok, s.recording.c.health_cause).where(
    s.recording.c.call_id == bindparam("call"), s.recording.c.ended_ms.is_(None)
)
_WRITE = update(s.recording).where(s.recording.c.call_id == bindparam("call"))


@dataclass(frozen=True, slots=True)
class NoteHealth:
    """`seen_mono_ms` is when the report came; a report older than 3 s counts as red."""

    call_id: str
    ok: bool
    cause: str | None
    seen_mono_ms: int
    last_durable_mono_ms: int | None


def note_health(tx: Tx, command: NoteHealth) -> None:
    """No entry: what turned health red is a `rec.fault` or a `rec.gap` of the worker's own. Pages hear
    of it when it changed; that it is as it was is written every second and told to nobody.

    Raises NotAllowed for anybody but the program.
    """
    if tx.actor.role is not Role.SYSTEM:
        raise NotAllowed(reason="role_may_not")
    before = tx.conn.execute(_KNOWN, {"call": command.call_id}).one_or_none()
    if before is None:
        return
    if tuple(before) == (command.ok, command.cause):
        _write(tx, command)
        return
    with publishing(tx, "recording.health", f"call:{command.call_id}", moves_queue=False):
        _write(tx, command)


def _write(tx: Tx, command: NoteHealth) -> None:
    tx.conn.execute(
        _WRITE,
        {
            "call": command.call_id,
            "health_ok": command.ok,
            "health_cause": command.cause,
            "health_mono_ms": command.seen_mono_ms,
            "last_durable_mono_ms": command.last_durable_mono_ms,
        },
    )
