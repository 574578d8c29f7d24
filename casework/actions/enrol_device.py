"""A duty lead makes a window's device known in the log; from then on it signs its requests."""

from dataclasses import dataclass

from sqlalchemy import update

from audit.act import KeyKind
from audit.device import ENROLLED_TYPE
from audit.note import encode_base64
from casework.actor import Role
from casework.errors import NotAllowed, NotFound
from casework.model.device import DeviceState
from casework.policy.device_refusals import DeviceRevoked, DeviceTaken
from casework.store import schema_device as s
from casework.store.tx import Tx
from casework.views.devices import device_for_change
from casework.views.known_keys import DEVICES, is_taken

MAY_ENROL = frozenset({Role.DUTY_LEAD, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class EnrolDevice:
    """`origin` is the log's."""

    origin: str
    key_id: str


@dataclass(frozen=True, slots=True)
class EnrolledDevice:
    id: str


def enrol_device(tx: Tx, command: EnrolDevice) -> EnrolledDevice:
    """Enrolling a device again changes nothing. Raises NotAllowed, NotFound, DeviceRevoked,
    DeviceTaken.

    The entry names no window: calls of one outlet would be told from those of another by everybody
    who reads the log. Which window it was, each call's entry says under its commitment.
    """
    if tx.actor.role not in MAY_ENROL:
        raise NotAllowed(reason="role_may_not")
    known = device_for_change(tx.conn, command.origin, command.key_id)
    if known is None:
        raise NotFound("no such device")
    if known.state is DeviceState.REVOKED:
        raise DeviceRevoked
    if known.state is DeviceState.ENROLLED:
        return EnrolledDevice(known.id)
    if is_taken(tx.conn, known.id, DEVICES, command.origin):
        raise DeviceTaken
    entry = tx.entry(
        ENROLLED_TYPE,
        f"log:{command.origin}",
        plain={
            "key": known.id,
            "kind": KeyKind.WEBCRYPTO_P256,
            "public_key": encode_base64(known.public_key),
        },
    )
    tx.conn.execute(
        update(s.device_key)
        .where(s.device_key.c.origin == known.origin, s.device_key.c.id == known.id)
        .values(entry_seq=entry.seq, enrolled_at_ms=tx.now_ms, enrolled_by=tx.actor.id)
    )
    tx.emit(f"window:{known.window_id}", "window.device_enrolled", {"key": known.id})
    return EnrolledDevice(known.id)
