"""The program forgets launches whose links ran out. Run by the desk now and then.

Rules never rely on it. A `jti` is forgotten with its launch: by then the token itself is out of time.
"""

from dataclasses import dataclass

from sqlalchemy import delete

from casework.actor import Role
from casework.errors import NotAllowed
from casework.store import schema_launch as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class SweepLaunches:
    """All that ran out by now."""


def sweep_launches(tx: Tx, _command: SweepLaunches) -> int:
    """How many there were. Raises NotAllowed."""
    if tx.actor.role is not Role.SYSTEM:
        raise NotAllowed(reason="role_may_not")
    return tx.conn.execute(delete(s.launch).where(s.launch.c.until_ms <= tx.now_ms)).rowcount
