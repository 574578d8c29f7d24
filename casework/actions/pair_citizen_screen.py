"""A second screen shows the code and becomes the window's citizen screen."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from casework.actions.issue_pairing_code import code_hash
from casework.actions.steps.leave_seat import leave_citizen_seat
from casework.actions.steps.publish import publishing
from casework.ids import new_id
from casework.policy.call_refusals import PairingRefused
from casework.store import schema_call as s
from casework.store import schema_org as org
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class PairCitizenScreen:
    code: str


@dataclass(frozen=True, slots=True)
class CitizenScreenPaired:
    """The screen signs in as `Actor(screen_id, Role.CITIZEN, outlet=..., window=...)`."""

    screen_id: str
    window_id: str
    outlet_id: str


def pair_citizen_screen(tx: Tx, command: PairCitizenScreen) -> CitizenScreenPaired:
    """A window has one screen: the new one takes the old one's place.

    Raises PairingRefused, which never tells wrong, used and too old apart. The caller limits
    attempts by address: a code has 10^8 values and lives five minutes.
    """
    row = tx.conn.execute(
        select(s.pairing_code).where(
            s.pairing_code.c.sha256 == code_hash(command.code),
            s.pairing_code.c.used_ms.is_(None),
            s.pairing_code.c.expires_ms > tx.now_ms,
        )
    ).one_or_none()
    if row is None:
        raise PairingRefused
    outlet_id = tx.conn.execute(
        select(org.window.c.outlet_id).where(org.window.c.id == row.window_id)
    ).scalar_one()
    screen_id = new_id()
    leave_citizen_seat(tx, row.window_id)
    with publishing(tx, "window.screen_paired", f"window:{row.window_id}"):
        revoke_screens(tx, row.window_id)
        tx.conn.execute(
            update(s.pairing_code)
            .where(s.pairing_code.c.sha256 == row.sha256)
            .values(used_ms=tx.now_ms)
        )
        tx.conn.execute(
            insert(s.citizen_screen).values(
                id=screen_id,
                window_id=row.window_id,
                outlet_id=outlet_id,
                paired_by=row.issued_by,
                paired_ms=tx.now_ms,
            )
        )
    return CitizenScreenPaired(screen_id, row.window_id, outlet_id)


def revoke_screens(tx: Tx, window_id: str) -> None:
    tx.conn.execute(
        update(s.citizen_screen)
        .where(s.citizen_screen.c.window_id == window_id, s.citizen_screen.c.revoked_ms.is_(None))
        .values(revoked_ms=tx.now_ms)
    )
