"""A window's browser shows its key, so that a duty lead can enrol it. Nothing is proved by that yet."""

from dataclasses import dataclass

from sqlalchemy import delete, insert

from audit import act
from audit.act import KeyKind
from audit.errors import MalformedError
from audit.note import decode_base64
from casework.actor import Role
from casework.errors import InvalidInput, NotAllowed
from casework.model.device import DeviceState
from casework.policy.device_refusals import DeviceRevoked, DeviceTaken, TooManyDevices
from casework.store import schema_device as s
from casework.store.tx import Tx
from casework.views.devices import device, devices_of
from casework.views.known_keys import DEVICES, is_taken

MAX_DEVICES = 8
"""Of one window that hold: computers that stand there, not a way to fill the log."""
MAX_WAITING = 4


@dataclass(frozen=True, slots=True)
class ProposeDevice:
    """`origin` is the log's; `public_key` SubjectPublicKeyInfo in base64."""

    origin: str
    public_key: str


@dataclass(frozen=True, slots=True)
class ProposedDevice:
    id: str
    state: DeviceState


def propose_device(tx: Tx, command: ProposeDevice) -> ProposedDevice:
    """Proposing a key again changes nothing. Of those that wait the oldest gives way to the newest.

    Raises NotAllowed, InvalidInput, DeviceTaken, DeviceRevoked, TooManyDevices.
    """
    window = tx.actor.window
    if tx.actor.role is not Role.CLERK or window is None:
        raise NotAllowed(reason="role_may_not")
    try:
        public_key = decode_base64(command.public_key)
        act.check_public_key(public_key)
    except MalformedError as error:
        raise InvalidInput(str(error), field="public_key") from error
    key_id = act.key_id(public_key)
    known = device(tx.conn, command.origin, key_id)
    if known is not None:
        if known.window_id != window:
            raise DeviceTaken
        if known.state is DeviceState.REVOKED:
            raise DeviceRevoked
        return ProposedDevice(key_id, known.state)
    if is_taken(tx.conn, key_id, DEVICES, command.origin):
        raise DeviceTaken
    _make_room(tx, command.origin, window)
    tx.conn.execute(
        insert(s.device_key).values(
            origin=command.origin,
            id=key_id,
            window_id=window,
            kind=KeyKind.WEBCRYPTO_P256,
            public_key=public_key,
            asked_by=tx.actor.id,
            asked_at_ms=tx.now_ms,
            last=0,
        )
    )
    return ProposedDevice(key_id, DeviceState.WAITING)


def _make_room(tx: Tx, origin: str, window: str) -> None:
    there = devices_of(tx.conn, origin, window)
    if sum(one.state is DeviceState.ENROLLED for one in there) >= MAX_DEVICES:
        raise TooManyDevices(limit=MAX_DEVICES)
    waiting = [one.id for one in there if one.state is DeviceState.WAITING]
    gone = waiting[: max(0, len(waiting) - MAX_WAITING + 1)]
    table = s.device_key
    tx.conn.execute(delete(table).where(table.c.origin == origin, table.c.id.in_(gone)))
