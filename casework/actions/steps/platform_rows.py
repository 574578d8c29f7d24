"""Rows of intake platforms as acts need them. Not an action."""

from typing import Any

from sqlalchemy import Connection, Row, select

from casework.actions.steps.org_act import open_row
from casework.store import schema_launch as s
from casework.store import schema_org as org
from casework.store.tx import Tx
from casework.views.grants import in_force


def open_platform(tx: Tx, platform_id: str) -> Row[Any]:
    """For a change; raises NotFound, AlreadyClosed."""
    return open_row(tx, s.platform, platform_id)


def may_launch(conn: Connection, platform_id: str, outlet_id: str) -> bool:
    """Whether the platform is open, and so is the outlet, and one may launch at the other."""
    found = conn.scalar(
        select(s.platform_outlet.c.outlet_id)
        .join(s.platform, s.platform.c.id == s.platform_outlet.c.platform_id)
        .join(org.outlet, org.outlet.c.id == s.platform_outlet.c.outlet_id)
        .where(
            s.platform_outlet.c.platform_id == platform_id,
            s.platform_outlet.c.outlet_id == outlet_id,
            s.platform.c.closed_ms.is_(None),
            org.outlet.c.closed_ms.is_(None),
        )
    )
    return found is not None


def key_holds(conn: Connection, platform_id: str, kid: str, now_ms: int) -> bool:
    found = conn.scalar(
        select(s.platform_key.c.kid).where(
            s.platform_key.c.platform_id == platform_id,
            s.platform_key.c.kid == kid,
            in_force(s.platform_key, now_ms),
        )
    )
    return found is not None


def mapping_of(conn: Connection, platform_id: str, item_code: str) -> tuple[str, str] | None:
    """Content and hash of the mapping, None where nobody has made one."""
    row = conn.execute(
        select(s.platform_mapping.c.content, s.platform_mapping.c.sha256).where(
            s.platform_mapping.c.platform_id == platform_id,
            s.platform_mapping.c.item_code == item_code,
        )
    ).one_or_none()
    return None if row is None else (row.content, row.sha256)
