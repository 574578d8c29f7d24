"""Devices of windows: the browser, or the station, from which a window asks for calls."""

from dataclasses import dataclass
from enum import StrEnum

from audit.device import Said


class DeviceState(StrEnum):
    """What a key of a device is at this window, in this log."""

    UNKNOWN = "unknown"
    WAITING = "waiting"
    """Shown to the duty lead, who compares it with what the window shows and enrols it."""
    ENROLLED = "enrolled"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Device:
    """`id` is the lower hex SHA-256 of `public_key` (SPKI, DER). Times are wall milliseconds.

    `last` is the number of its last request that became a call, `last_call` that call.
    """

    origin: str
    id: str
    window_id: str
    public_key: bytes
    asked_at_ms: int
    enrolled_at_ms: int | None
    last: int
    last_call: str | None
    used_at_ms: int | None
    revoked_at_ms: int | None

    @property
    def state(self) -> DeviceState:
        if self.revoked_at_ms is not None:
            return DeviceState.REVOKED
        return DeviceState.WAITING if self.enrolled_at_ms is None else DeviceState.ENROLLED


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What a device sends with its request: the raw signature `asig` (base64, r and s) by key `akey`
    over what it said, for the call of this id, which the device chose, in the log `origin`.
    """

    origin: str
    akey: str
    asig: str
    call_id: str
    said: Said
