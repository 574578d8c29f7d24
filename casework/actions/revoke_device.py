"""A window's device signs no more: revoked by a duty lead, or turned down before it was enrolled."""

from dataclasses import dataclass

from sqlalchemy import delete, update

from audit.device import ENROLLED_TYPE, REVOKED_TYPE
from casework.actions.enrol_device import MAY_ENROL
from casework.errors import NotAllowed, NotFound
from casework.model.actor_key import RevokeReason
from casework.model.device import DeviceState
from casework.store import schema_device as s
from casework.store.tx import Tx
from casework.views.devices import device_for_change
from casework.views.key_entries import key_entry


@dataclass(frozen=True, slots=True)
class RevokeDevice:
    """`origin` is the log's."""

    origin: str
    key_id: str
    reason: RevokeReason


@dataclass(frozen=True, slots=True)
class RevokedDevice:
    id: str


def revoke_device(tx: Tx, command: RevokeDevice) -> RevokedDevice:
    """Revoking a revoked device changes nothing. One that waits is forgotten: the log never knew it.

    Raises NotFound, NotAllowed. What the device signed before stands. One that the log alone knows, as
    somebody enrolled it past the desk, is revoked there.
    """
    if tx.actor.role not in MAY_ENROL:
        raise NotAllowed(reason="role_may_not")
    known = device_for_change(tx.conn, command.origin, command.key_id)
    logged = key_entry(tx.conn, ENROLLED_TYPE, command.key_id)
    chain = f"log:{command.origin}"
    holds = logged is not None and logged.chain == chain and logged.revoked_at_ms is None
    if known is None and (logged is None or logged.chain != chain):
        raise NotFound("no such device")
    table = s.device_key
    this = (table.c.origin == command.origin) & (table.c.id == command.key_id)
    if holds:
        # The reason stays in the database: it would stand readable in the log for ever.
        tx.entry(REVOKED_TYPE, chain, plain={"key": command.key_id})
    elif known is None or known.state is DeviceState.REVOKED:
        return RevokedDevice(command.key_id)
    if known is None:
        return RevokedDevice(command.key_id)
    if known.state is DeviceState.WAITING and not holds:
        tx.conn.execute(delete(table).where(this))
    else:
        values = {"revoked_at_ms": tx.now_ms, "revoked_by": tx.actor.id, "reason": command.reason}
        tx.conn.execute(update(table).where(this).values(**values))
    tx.emit(f"window:{known.window_id}", "window.device_revoked", {"key": known.id})
    return RevokedDevice(known.id)
