"""The first entries of a log that itself followed others. A database from before that day lacks them,
and receipts of those older logs would be worth nothing without.
"""

from pathlib import Path

from audit.errors import AuditError
from audit.log import read_published
from audit.note import VerifyingKey
from audit.successor import Successor


def first_successors(directory: Path, key: VerifyingKey) -> tuple[bytes, ...]:
    """The `log.successor` entries that the published log begins with, as far as they can be read."""
    bodies: list[bytes] = []
    try:
        _, reader = read_published(directory, key)
        for body in reader.entries():
            if Successor.of(body) is None:
                break
            bodies.append(body)
    except (OSError, AuditError):
        pass
    return tuple(bodies)
