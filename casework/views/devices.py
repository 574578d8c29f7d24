"""Devices of windows, as asked for, enrolled and revoked."""

from typing import Any

from sqlalchemy import Connection, Row, Select, select

from casework.model.device import Device
from casework.store import schema_device as s
from casework.store.engine import locked


def device(conn: Connection, origin: str, key_id: str) -> Device | None:
    row = conn.execute(_of(origin).where(s.device_key.c.id == key_id)).one_or_none()
    return None if row is None else _device(row)


def device_for_change(conn: Connection, origin: str, key_id: str) -> Device | None:
    """The same, its row locked until the end of the transaction."""
    row = conn.execute(locked(_of(origin).where(s.device_key.c.id == key_id))).one_or_none()
    return None if row is None else _device(row)


def devices_of(conn: Connection, origin: str, window_id: str) -> tuple[Device, ...]:
    """Of one window, the one that asked first at the beginning, revoked ones too."""
    rows = conn.execute(_of(origin).where(s.device_key.c.window_id == window_id)).all()
    return tuple(map(_device, rows))


def _of(origin: str) -> Select[Any]:
    table = s.device_key
    return select(table).where(table.c.origin == origin).order_by(table.c.asked_at_ms, table.c.id)


def _device(row: Row[Any]) -> Device:
    return Device(
        origin=row.origin,
        id=row.id,
        window_id=row.window_id,
        public_key=row.public_key,
        asked_at_ms=row.asked_at_ms,
        enrolled_at_ms=row.enrolled_at_ms,
        last=row.last,
        last_call=row.last_call,
        used_at_ms=row.used_at_ms,
        revoked_at_ms=row.revoked_at_ms,
    )
