"""Keeps a verified launch until a clerk opens its link: sealed, for a quarter of an hour, and once.

No case begins yet and no entry is written: what nobody opens leaves nothing behind.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, insert, select

from casework.actions.steps.platform_rows import key_holds, mapping_of, may_launch
from casework.actor import Role
from casework.calendar import day_of
from casework.catalogue.stored_item import item_in_force
from casework.errors import NotAllowed
from casework.ids import new_id
from casework.keys.key_ring import seal
from casework.launch.link import handle_sha256
from casework.launch.signed import token_sha256
from casework.model.launch import LINK_MS, MAX_WAITING_LAUNCHES, Launch
from casework.policy.launch_refusals import (
    LaunchesWait,
    LaunchNotMapped,
    LaunchNotTrusted,
    LaunchPlaceRefused,
    LaunchReplayed,
)
from casework.policy.refusals import ItemNotGranted
from casework.store import schema_launch as s
from casework.store import schema_org as org
from casework.store.tx import Tx
from casework.views.grants import may_accept


@dataclass(frozen=True, slots=True)
class ReceiveLaunch:
    """`launch` are the claims of `token`, whose signature held under the platform's key `kid`."""

    platform_id: str
    kid: str
    token: str
    launch: Launch


@dataclass(frozen=True, slots=True)
class ReceivedLaunch:
    """`repeated`: the very same launch had come in before, and nobody has opened it yet."""

    handle: str
    until_ms: int
    repeated: bool


def receive_launch(tx: Tx, command: ReceiveLaunch) -> ReceivedLaunch:
    """Never run under an idempotency key, which would keep the handle: the same token gives the same
    handle by itself. Raises NotAllowed, LaunchNotTrusted, LaunchReplayed, LaunchPlaceRefused,
    LaunchNotMapped, ItemNotInForce, ItemNotGranted, LaunchesWait.
    """
    if tx.actor.role is not Role.SYSTEM:
        raise NotAllowed(reason="role_may_not")
    launch, platform = command.launch, command.platform_id
    # Looked at again: an administrator may have ended the key while the signature was checked.
    if not key_holds(tx.conn, platform, command.kid, tx.now_ms):
        raise LaunchNotTrusted
    if not may_launch(tx.conn, platform, launch.outlet):
        raise LaunchPlaceRefused(field="outlet")
    jti = tx.keys.blind_index("launch_jti", f"{platform}\0{launch.jti}")
    known = tx.conn.execute(
        select(s.launch).where(s.launch.c.platform_id == platform, s.launch.c.jti_index == jti)
    ).one_or_none()
    if known is not None:
        return _repeated(tx, command, known)
    window_id, staff_id = _window(tx, launch), _clerk(tx, launch)
    if mapping_of(tx.conn, platform, launch.item) is None:
        raise LaunchNotMapped(item=launch.item)
    item = item_in_force(tx.conn, launch.item, day_of(tx.now_ms))
    if not may_accept(tx.conn, launch.outlet, item.code, tx.now_ms):
        raise ItemNotGranted(item=item.code)
    _refuse_too_many(tx, platform)
    launch_id, handle = new_id(), tx.keys.launch_handle(command.token)
    sealed = seal(tx.keys.launch_key(handle), ("launch", launch_id), command.token.encode())
    until_ms = tx.now_ms + LINK_MS
    tx.conn.execute(
        insert(s.launch).values(
            id=launch_id,
            platform_id=platform,
            kid=command.kid,
            jti_index=jti,
            token_sha256=token_sha256(command.token),
            handle_sha256=handle_sha256(handle),
            outlet_id=launch.outlet,
            window_id=window_id,
            staff_id=staff_id,
            item_code=item.code,
            nonce=sealed.nonce,
            ciphertext=sealed.ciphertext,
            received_ms=tx.now_ms,
            until_ms=until_ms,
        )
    )
    return ReceivedLaunch(handle, until_ms, repeated=False)


def _repeated(tx: Tx, command: ReceiveLaunch, row: Row[Any]) -> ReceivedLaunch:
    """The platform did not get our answer: it is given again, as long as nobody has used it."""
    same = row.token_sha256 == token_sha256(command.token)
    if not same or row.case_id is not None or row.until_ms <= tx.now_ms:
        raise LaunchReplayed
    return ReceivedLaunch(tx.keys.launch_handle(command.token), row.until_ms, repeated=True)


def _window(tx: Tx, launch: Launch) -> str | None:
    if launch.window is None:
        return None
    found: str | None = tx.conn.scalar(
        select(org.window.c.id).where(
            org.window.c.outlet_id == launch.outlet,
            org.window.c.number == launch.window,
            org.window.c.closed_ms.is_(None),
            org.window.c.accepts,
        )
    )
    if found is None:
        raise LaunchPlaceRefused(field="window")
    return found


def _clerk(tx: Tx, launch: Launch) -> str | None:
    if launch.clerk is None:
        return None
    found: str | None = tx.conn.scalar(
        select(org.staff.c.id).where(
            org.staff.c.number == launch.clerk,
            org.staff.c.outlet_id == launch.outlet,
            org.staff.c.active,
        )
    )
    if found is None:
        raise LaunchPlaceRefused(field="clerk")
    return found


def _refuse_too_many(tx: Tx, platform_id: str) -> None:
    waiting = tx.conn.scalar(
        select(func.count()).where(
            s.launch.c.platform_id == platform_id,
            s.launch.c.case_id.is_(None),
            s.launch.c.until_ms > tx.now_ms,
        )
    )
    if (waiting or 0) >= MAX_WAITING_LAUNCHES:
        raise LaunchesWait(limit=MAX_WAITING_LAUNCHES)
