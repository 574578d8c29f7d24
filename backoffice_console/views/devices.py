"""Devices of windows as the duty lead's page lists them: as the log's entries have them, and where the table
says something else, that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from audit.device import ENROLLED_TYPE
from casework.model.device import DeviceState
from casework.model.key_finding import KeyFinding
from casework.store import schema_device as s
from casework.store import schema_org as org
from casework.views.key_entries import KeyEntry, key_entries

MAX_REVOKED = 500
"""Those that hold or wait are all shown, and whatever was found; of the others the newest."""


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """`id` is what entries name the key by, `code` what the window shows; times are wall milliseconds.
    Outlet and window are empty where the log alone knows the key: it names none.
    """

    id: str
    code: str
    outlet: str
    window: str
    asked_ms: int
    used_ms: int | None
    state: DeviceState
    revoked_ms: int | None
    reason: str | None
    finding: KeyFinding | None


@dataclass(frozen=True, slots=True)
class WindowShown:
    outlet: str
    window: str


def device_lines(conn: Connection, origin: str) -> Sequence[DeviceLine]:
    """Of the log `origin`: findings first, then those that wait, those that hold, and the others; each by
    outlet and window.
    """
    all_logs = key_entries(conn, ENROLLED_TYPE)
    entries = {key: one for key, one in all_logs.items() if one.chain == f"log:{origin}"}
    rows = {row.id: row for row in conn.execute(_rows().where(s.device_key.c.origin == origin))}
    lines = [_of_row(row, entries.get(key)) for key, row in rows.items()]
    lines += [_of_entry(entry) for key, entry in entries.items() if key not in rows]
    found = [line for line in lines if line.finding]
    whole = [line for line in lines if not line.finding]
    revoked = [line for line in whole if line.state is DeviceState.REVOKED]
    revoked.sort(key=lambda line: -(line.revoked_ms or 0))
    return [
        *found,
        *(line for line in whole if line.state is DeviceState.WAITING),
        *(line for line in whole if line.state is DeviceState.ENROLLED),
        *revoked[:MAX_REVOKED],
    ]


def windows_to_enrol_again(conn: Connection, origin: str) -> Sequence[WindowShown]:
    """Those that had an enrolled computer under a log before this one and have none under this one."""
    device = s.device_key
    held = device.c.entry_seq.is_not(None) & device.c.revoked_at_ms.is_(None)
    now = select(device.c.window_id).where(held, device.c.origin == origin)
    before = select(device.c.window_id).where(held, device.c.origin != origin)
    rows = conn.execute(
        select(org.window.c.name.label("window"), org.outlet.c.name.label("outlet"))
        .join(org.outlet, org.outlet.c.id == org.window.c.outlet_id)
        .where(org.window.c.id.in_(before), org.window.c.id.not_in(now))
        .order_by(org.outlet.c.name, org.window.c.number)
    )
    return [WindowShown(row.outlet, row.window) for row in rows]


def _rows() -> Select[Any]:
    device, window, outlet = s.device_key, org.window, org.outlet
    return (
        select(device, window.c.name.label("window"), outlet.c.name.label("outlet"))
        .join(window, window.c.id == device.c.window_id)
        .join(outlet, outlet.c.id == window.c.outlet_id)
        .order_by(outlet.c.name, window.c.number, device.c.asked_at_ms)
    )


def _of_row(row: Row[Any], entry: KeyEntry | None) -> DeviceLine:
    revoked_ms = row.revoked_at_ms if entry is None else entry.revoked_at_ms
    enrolled = row.entry_seq is not None or entry is not None
    state = DeviceState.ENROLLED if enrolled else DeviceState.WAITING
    finding = None
    if entry is None and row.entry_seq is not None:
        finding = KeyFinding.NO_ENTRY
    elif entry is not None and (row.entry_seq is None or row.revoked_at_ms != revoked_ms):
        finding = KeyFinding.OTHER_STATE
    return DeviceLine(
        row.id,
        code_of(row.id),
        row.outlet,
        row.window,
        row.asked_at_ms,
        row.used_at_ms,
        DeviceState.REVOKED if revoked_ms is not None else state,
        revoked_ms,
        row.reason,
        finding,
    )


def _of_entry(entry: KeyEntry) -> DeviceLine:
    return DeviceLine(
        entry.id,
        code_of(entry.id),
        "",
        "",
        entry.enrolled_at_ms,
        None,
        DeviceState.ENROLLED if entry.revoked_at_ms is None else DeviceState.REVOKED,
        entry.revoked_at_ms,
        None,
        KeyFinding.NO_ROW,
    )


def code_of(key_id: str) -> str:
    return " ".join(key_id[at : at + 4] for at in (0, 4, 8))
