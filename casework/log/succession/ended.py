"""Logs that came to their end: kept as they were, with the key that auditors need to read them."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from audit.errors import AuditError
from audit.note import VerifyingKey
from casework.data_dir import DataDir

LOG, KEY, TIME_STAMPS = "log", "vkey", "time-stamps"


@dataclass(frozen=True, slots=True)
class EndedLog:
    """`directory` holds its checkpoint and tiles, as far as they were not lost."""

    key: VerifyingKey
    directory: Path


def folder_of(data: DataDir, origin: str) -> Path:
    # Origins hold slashes; a hash is a file name for every one of them.
    return data.ended_logs / sha256(origin.encode()).hexdigest()[:16]


def ended_log(data: DataDir, origin: str) -> EndedLog | None:
    """None if no log of this origin ended here, or it cannot be told which."""
    folder = folder_of(data, origin)
    try:
        key = VerifyingKey.parse((folder / KEY).read_text(encoding="utf-8").removesuffix("\n"))
    except (OSError, AuditError, ValueError):
        return None
    return EndedLog(key, folder / LOG) if key.name == origin else None


def ended_logs(data: DataDir) -> tuple[EndedLog, ...]:
    """In no order."""
    found = []
    for path in sorted(data.ended_logs.glob(f"*/{KEY}")):
        name = path.read_text(encoding="utf-8").partition("+")[0]
        log = ended_log(data, name)
        if log is not None:
            found.append(log)
    return tuple(found)
