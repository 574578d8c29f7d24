"""Whether a key is somebody's already. One key is one person's, or one device's, in one log: a verifier
takes a second enrolment for a theft, and a key that two logs know could be asked for either of them.
"""

from sqlalchemy import Connection, Table, exists, select

from casework.store import schema_actor, schema_device
from casework.views.key_entries import is_enrolled_somewhere

ACTORS, DEVICES = schema_actor.actor_key, schema_device.device_key
_REGISTERS = (ACTORS, DEVICES)


def is_known_elsewhere(conn: Connection, key_id: str, register: Table, origin: str) -> bool:
    """Whether any register but this one of the log `origin` has the key. Keys of logs, witnesses and
    mirrors are Ed25519 and can be none of these.
    """
    for table in _REGISTERS:
        same = table.c.id == key_id
        if table is register:
            same &= table.c.origin != origin
        if conn.scalar(select(exists().where(same))):
            return True
    return False


def is_taken(conn: Connection, key_id: str, register: Table, origin: str) -> bool:
    """The same of a key that this register does not have, which no log may have enrolled either."""
    return is_known_elsewhere(conn, key_id, register, origin) or is_enrolled_somewhere(conn, key_id)
